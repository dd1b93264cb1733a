//! Sources: what a path stands for, and how it is opened.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How the events stand in a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceKind {
    /// One event a line.
    Lines,
    /// One JSON document: an event, or an array of events.
    Document,
}

/// How a source is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    None,
    /// gzip (RFC 1952), also several members one after the other.
    Gzip,
    /// Zstandard (RFC 8878), with windows up to 128 MiB.
    Zstandard,
}

/// The largest window of a Zstandard frame that is accepted, as a power of two: what the decoder's memory comes to.
const MAX_WINDOW_LOG: u32 = 27;

/// Something that events are read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The name that findings carry: the path as it was given, or `-`.
    pub name: Arc<str>,
    /// Where to read; `None` is standard input, unless there is a `content`.
    pub path: Option<PathBuf>,
    /// What to read, where it is in memory already.
    pub content: Option<Arc<[u8]>>,
    /// How the events stand in it.
    pub kind: SourceKind,
    /// How it is compressed.
    pub compression: Compression,
}

/// Why a path gives no source.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {why}")]
pub struct SourceError {
    /// The path.
    pub path: String,
    /// What is wrong with it.
    pub why: String,
}

impl Source {
    /// Standard input, with the events standing in it like this.
    pub fn stdin(kind: SourceKind) -> Self {
        Self { name: Arc::from("-"), path: None, content: None, kind, compression: Compression::None }
    }

    /// A file. What its name does not tell (`.json`, `.ndjson`, `.jsonl`, each also `.gz` and `.zst`) is `otherwise`.
    pub fn file(path: &Path, otherwise: SourceKind) -> Self {
        let (kind, compression) = by_name(path);
        Self {
            name: Arc::from(path.to_string_lossy()),
            path: Some(path.to_owned()),
            content: None,
            kind: kind.unwrap_or(otherwise),
            compression,
        }
    }

    /// What is in memory already, under a name.
    pub fn memory(name: &str, content: &[u8], kind: SourceKind) -> Self {
        Self {
            name: Arc::from(name),
            path: None,
            content: Some(Arc::from(content)),
            kind,
            compression: Compression::None,
        }
    }

    /// Opens it, decompressed.
    ///
    /// # Errors
    /// If it can't be opened.
    pub fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        let file: Box<dyn Read + Send> = match (&self.content, &self.path) {
            (Some(content), _) => Box::new(io::Cursor::new(Arc::clone(content))),
            (None, Some(path)) => Box::new(File::open(path)?),
            (None, None) => Box::new(io::stdin()),
        };
        Ok(match self.compression {
            Compression::None => file,
            Compression::Gzip => {
                let file = io::BufReader::with_capacity(1 << 16, file);
                Box::new(Decoder { name: "gzip", reader: flate2::read::MultiGzDecoder::new(file) })
            }
            Compression::Zstandard => {
                let mut decoder = zstd::stream::read::Decoder::new(file)?;
                decoder.window_log_max(MAX_WINDOW_LOG)?;
                Box::new(Decoder { name: "Zstandard", reader: decoder })
            }
        })
    }
}

/// A decompressor whose errors say that they are about the compression.
struct Decoder<R> {
    name: &'static str,
    reader: R,
}

impl<R: Read> Read for Decoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.reader.read(buffer).map_err(|error| match error.kind() {
            io::ErrorKind::Interrupted => error,
            kind => io::Error::new(kind, format!("the {} data is broken or cut: {error}", self.name)),
        })
    }
}

/// What the name of a file says about it.
fn by_name(path: &Path) -> (Option<SourceKind>, Compression) {
    let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let (stem, compression) = match () {
        () if let Some(stem) = name.strip_suffix(".gz") => (stem, Compression::Gzip),
        () if let Some(stem) = name.strip_suffix(".zst") => (stem, Compression::Zstandard),
        () => (name.as_str(), Compression::None),
    };
    let kind = match stem.rsplit_once('.').map(|(_, extension)| extension) {
        Some("json") => Some(SourceKind::Document),
        Some("ndjson" | "jsonl") => Some(SourceKind::Lines),
        _ => None,
    };
    (kind, compression)
}

/// The sources that a path stands for: the file, or all files with the names of events in the folder and the folders
/// below it, sorted by path. Links to folders are not followed, and hidden files and folders are passed over.
///
/// # Errors
/// If there is nothing at the path, or the folder has no such file or can't be read. Parts of a folder that can't be read
/// come in `failed`.
pub fn find_sources(
    path: &Path,
    otherwise: SourceKind,
    failed: &mut Vec<SourceError>,
) -> Result<Vec<Source>, SourceError> {
    let error =
        |why: &dyn std::fmt::Display| SourceError { path: path.display().to_string(), why: why.to_string() };
    let metadata = std::fs::metadata(path).map_err(|why| error(&why))?;
    if !metadata.is_dir() {
        return Ok(vec![Source::file(path, otherwise)]);
    }
    let mut files = Vec::new();
    let mut folders = vec![path.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(why) => {
                failed.push(SourceError { path: folder.display().to_string(), why: why.to_string() });
                continue;
            }
        };
        for entry in entries {
            match entry.and_then(|entry| Ok((entry.path(), entry.file_type()?, entry.file_name()))) {
                Ok((_, _, name)) if name.to_string_lossy().starts_with('.') => {}
                Ok((path, kind, _)) if kind.is_dir() => folders.push(path),
                Ok((path, kind, _)) => {
                    // Pipes and devices would hold a walk up for ever; a link is taken for what it leads to. One that leads
                    // nowhere can't be read, which will be told.
                    let leads_to_file = || std::fs::metadata(&path).map_or(true, |target| target.is_file());
                    let is_file = kind.is_file() || kind.is_symlink() && leads_to_file();
                    if is_file && by_name(&path).0.is_some() {
                        files.push(path);
                    }
                }
                Err(why) => {
                    failed.push(SourceError { path: folder.display().to_string(), why: why.to_string() });
                }
            }
        }
    }
    if files.is_empty() && failed.is_empty() {
        return Err(error(
            &"the folder has no events: no file ends in .json, .ndjson or .jsonl (or one of these and .gz or .zst)",
        ));
    }
    files.sort();
    Ok(files.iter().map(|path| Source::file(path, otherwise)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_link_to_what_is_no_file_is_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let link = |name: &str, target: &Path| {
            std::os::unix::fs::symlink(target, folder.path().join(name)).unwrap();
        };
        std::fs::write(folder.path().join("a.ndjson"), "{}").unwrap();
        link("b.ndjson", &folder.path().join("a.ndjson"));
        link("c.ndjson", Path::new("/dev/zero"));
        link("d.ndjson", folder.path());
        link("e.ndjson", Path::new("nowhere"));
        let mut failed = Vec::new();
        let found = find_sources(folder.path(), SourceKind::Lines, &mut failed).unwrap();
        let names: Vec<_> =
            found.iter().map(|source| source.name.rsplit('/').next().unwrap().to_owned()).collect();
        assert_eq!(
            (names, failed.len()),
            (vec!["a.ndjson".to_owned(), "b.ndjson".into(), "e.ndjson".into()], 0)
        );
    }

    #[test]
    fn a_name_tells_how_to_read_the_file() {
        for (name, kind, compression) in [
            ("a.json", Some(SourceKind::Document), Compression::None),
            ("a.NDJSON", Some(SourceKind::Lines), Compression::None),
            ("a.jsonl.gz", Some(SourceKind::Lines), Compression::Gzip),
            ("a.json.zst", Some(SourceKind::Document), Compression::Zstandard),
            ("a.gz", None, Compression::Gzip),
            ("json", None, Compression::None),
            ("a.json.bak", None, Compression::None),
        ] {
            assert_eq!(by_name(Path::new(name)), (kind, compression), "{name}");
        }
    }
}
