//! Standard output and standard error.

use std::io::{self, BufWriter, IsTerminal, Write};

use tidings::render::{self, Format, sanitize};

use crate::args::{Args, Output, When};

/// Tells something on standard error that is no finding and no error.
pub(crate) fn note(text: &str) {
    let _ = writeln!(io::stderr().lock(), "note: {}", sanitize(text));
}

/// Tells on standard error that some input could not be read.
pub(crate) fn unreadable(text: &str) {
    let _ = writeln!(io::stderr().lock(), "error: {}", sanitize(text));
}

/// Standard output, buffered.
pub(crate) fn stdout() -> BufWriter<io::StdoutLock<'static>> {
    BufWriter::with_capacity(1 << 16, io::stdout().lock())
}

/// The renderer that the arguments ask for, on standard output.
pub(crate) fn renderer(args: &Args, output: &Output) -> Box<dyn render::Renderer> {
    let options = render::Options {
        color: output.format == Format::Human && color(args),
        width: terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0)),
        rules: tidings::rules(),
        tool_version: env!("CARGO_PKG_VERSION"),
    };
    // A person who watches sees each finding at once; anyone else gets them in blocks.
    let out: Box<dyn Write> =
        if io::stdout().is_terminal() { Box::new(io::stdout().lock()) } else { Box::new(stdout()) };
    render::renderer(output.format, out, options)
}

/// Whether standard output is to be coloured.
pub(crate) fn color(args: &Args) -> bool {
    match args.color {
        When::Always => true,
        When::Never => false,
        When::Auto => anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never,
    }
}
