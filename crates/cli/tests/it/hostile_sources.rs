//! Sources that are broken, endless or meant to do harm: each gives findings or a clear error, within little memory.

use std::fs;
use std::io::{BufRead as _, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::events::{CLOSED, lines};
use crate::tidings::{Folder, Run};

/// How many mebibytes of memory a run may need whose input is large and whose findings are few.
const LITTLE: u64 = 64;

/// So many bytes of one kind, without holding them.
fn write_many(out: &mut dyn Write, byte: u8, count: usize) -> std::io::Result<()> {
    let block = vec![byte; 1 << 20];
    for _ in 0..count >> 20 {
        out.write_all(&block)?;
    }
    out.write_all(&block[..count & ((1 << 20) - 1)])
}

fn json(folder: &Folder, arguments: &[&str]) -> Run {
    folder.validate(["--format", "json"]).and(arguments).run()
}

#[test]
fn an_empty_source_has_no_events_but_an_empty_document_is_none() {
    let folder = Folder::with("empty.ndjson", "");
    folder.write("blank.ndjson", " \r\n\n\t\n");
    folder.write("empty.json", "");
    folder.write("blank.json", "\n \n");
    for name in ["empty.ndjson", "blank.ndjson"] {
        let run = json(&folder, &[name]).ends_with(0);
        assert_eq!(run.json().1["events"], 0);
        assert!(run.stderr.contains(&format!("note: {name} has no events")), "{}", run.stderr);
    }
    let run = folder.validate(["--format", "json"]).read("").ends_with(0);
    assert!(run.stderr.contains("has no events"), "{}", run.stderr);
    assert_eq!(json(&folder, &["empty.json"]).ends_with(1).found(), ["json/syntax 1:1"]);
    assert_eq!(json(&folder, &["blank.json"]).ends_with(1).found(), ["json/syntax 3:1"]);
    let run = folder.validate(["--format", "json", "--input", "json"]).read("").ends_with(1);
    assert_eq!(run.found(), ["json/syntax 1:1"]);
}

#[test]
fn a_source_that_was_told_of_isnt_said_to_have_no_events_whatever_the_order() {
    let folder = Folder::with("open.json", "[");
    fs::write(folder.path().join("utf16.ndjson"), b"\xFF\xFE{\0}\0").unwrap();
    for order in ["delivery", "occurred"] {
        let run =
            folder.tidings(["audit", "--format", "json", "--order", order, "open.json", "utf16.ndjson"]);
        let run = run.run().ends_with(1);
        assert_eq!(run.found(), ["json/syntax 1:2", "json/invalid-utf8 1:1"], "{order}");
        assert!(!run.stderr.contains("has no events"), "{order}: {}", run.stderr);
    }
}

/// 300 MB here; 2 GB take 30 s in a debug build, and nothing in the reader knows the difference.
#[test]
fn a_line_of_hundreds_of_megabytes_is_one_finding_and_the_next_line_is_checked() {
    let folder = Folder::new();
    let run = folder.validate(["--format", "json"]).read_from(|stdin| {
        stdin.write_all(b"{\"event_name\": \"")?;
        write_many(stdin, b'a', 300_000_000)?;
        stdin.write_all(b"\"}\n")?;
        stdin.write_all(lines([CLOSED, "{}"]).as_bytes())
    });
    let run = run.ends_with(1).within_mebibytes(LITTLE);
    assert_eq!(run.found()[0], "json/too-large 1:1");
    assert!(run.found()[1].ends_with(" 3:1"), "{:?}", run.found());
    assert_eq!(run.json().1["events"], 3);
}

#[test]
fn a_document_of_sixty_megabytes_without_an_end_is_one_finding() {
    let folder = Folder::new();
    for (start, byte, count, found) in [
        (&b"[\""[..], b'a', 60_000_000, &["json/too-large 1:2", "json/syntax 1:60000003"][..]),
        (b"", b' ', 60_000_000, &["json/syntax 1:60000001"]),
        (b"[", b'[', 4_000_000, &["json/too-large 1:2", "json/syntax 1:4000002"]),
        (b"{\"a\":\"", b'\xFF', 4_000_000, &["json/too-large 1:1"]),
    ] {
        let run = folder.validate(["--format", "json", "--input", "json"]).read_from(|stdin| {
            stdin.write_all(start)?;
            write_many(stdin, byte, count)
        });
        assert_eq!(run.ends_with(1).within_mebibytes(LITTLE).found(), found);
    }
}

#[test]
fn random_bytes_are_findings() {
    // The middle-square sequence of Widynski (2017), which is random enough.
    let (mut x, mut w) = (0u64, 0u64);
    let bytes: Vec<u8> = (0..60_000)
        .map(|_| {
            w = w.wrapping_add(0xb5ad_4ece_da1c_e2a9);
            x = x.wrapping_mul(x).wrapping_add(w).rotate_right(32);
            x.to_le_bytes()[0]
        })
        .collect();
    let folder = Folder::new();
    for name in ["random.json", "random.ndjson", "random"] {
        folder.write(name, &bytes);
        for format in ["human", "json", "github", "gitlab", "sarif", "junit"] {
            let run = folder.validate(["--format", format, "--max-findings", "0", name]).run();
            run.ends_with(1).within_mebibytes(LITTLE);
        }
    }
    for name in ["random.json.gz", "random.ndjson.zst"] {
        folder.write(name, &bytes);
        json(&folder, &[name]).ends_with(2).within_mebibytes(LITTLE);
    }
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_cut_file_has_its_whole_events_checked_and_is_an_error() {
    let events = lines(vec![CLOSED; 2000]);
    let zstandard = zstd::encode_all(events.as_bytes(), 1).unwrap();
    for (name, whole) in [("cut.ndjson.gz", gzip(events.as_bytes())), ("cut.ndjson.zst", zstandard)] {
        let mut most = 0;
        for length in [5, whole.len() / 2, whole.len() - 9, whole.len() - 1] {
            let folder = Folder::with(name, &whole[..length]);
            let run = json(&folder, &[name]).ends_with(2);
            assert!(run.stderr.contains(&format!("error: {name}: ")), "{}", run.stderr);
            assert!(run.found().is_empty(), "no whole event is faulty, and a cut one is not judged");
            let (_, summary) = run.json();
            assert_eq!(summary["incomplete"], true);
            most = most.max(summary["events"].as_u64().unwrap());
        }
        assert!(most > 0, "{name}: what could be decompressed was checked");
    }
}

#[test]
fn a_compressed_file_of_no_bytes_is_an_error_and_one_of_nothing_has_no_events() {
    let folder = Folder::new();
    let nothing = zstd::encode_all(&b""[..], 1).unwrap();
    for (name, content) in [("x.ndjson.gz", gzip(b"")), ("x.ndjson.zst", nothing)] {
        folder.write(name, content);
        let run = json(&folder, &[name]).ends_with(0);
        assert_eq!(run.json().1["events"], 0);
        folder.write(name, "");
        json(&folder, &[name]).ends_with(2);
        folder.write(name, CLOSED);
        let run = json(&folder, &[name]).ends_with(2);
        assert!(run.stderr.contains("broken or cut"), "{}", run.stderr);
    }
    folder.write("tail.ndjson.gz", [gzip(lines([CLOSED]).as_bytes()), b"rubbish".to_vec()].concat());
    let run = json(&folder, &["tail.ndjson.gz"]).ends_with(2);
    assert_eq!(run.json().1["events"], 1);
}

#[test]
fn a_decompression_bomb_is_one_finding_within_little_memory() {
    let folder = Folder::new();
    // 300 MB of zeros as members of 10 MB each: in one member they would take seconds to compress.
    let member = gzip(&vec![0; 10_000_000]);
    folder.write("bomb.ndjson.gz", member.repeat(30));
    folder.write("bomb.json.gz", member.repeat(8));
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    write_many(&mut encoder, 0, 300_000_000).unwrap();
    folder.write("bomb.ndjson.zst", encoder.finish().unwrap());
    for name in ["bomb.ndjson.gz", "bomb.json.gz", "bomb.ndjson.zst"] {
        assert!(fs::metadata(folder.path().join(name)).unwrap().len() < 2_000_000);
        let run = json(&folder, &[name]).ends_with(1).within_mebibytes(LITTLE);
        assert_eq!(run.found(), ["json/too-large 1:1"], "{name}");
    }
    // A bomb in a bomb is only unpacked once: what comes out is no JSON.
    folder.write("twice.ndjson.gz", gzip(&gzip(&member)));
    let run = json(&folder, &["twice.ndjson.gz"]).ends_with(1).within_mebibytes(LITTLE);
    assert!(run.found()[0].starts_with("json/"), "{:?}", run.found());
}

#[test]
fn a_zstandard_window_that_would_take_a_gigabyte_is_refused() {
    // The magic number, a descriptor without a content size, a window of 2^30 bytes, a last raw block of no bytes.
    let frame = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0xA0, 0x01, 0x00, 0x00];
    let folder = Folder::with("wide.ndjson.zst", frame);
    let run = json(&folder, &["wide.ndjson.zst"]).ends_with(2).within_mebibytes(LITTLE);
    assert!(run.stderr.contains("error: wide.ndjson.zst: "), "{}", run.stderr);
}

#[test]
fn a_folder_is_a_folder_whatever_its_name() {
    let folder = Folder::with("x.json/y.ndjson/z.json", "{}");
    let run = json(&folder, &["x.json"]).ends_with(1);
    assert_eq!(run.json().0[0]["source"], "x.json/y.ndjson/z.json");
    folder.write("nothing.json/notes.txt", "");
    let run = json(&folder, &["nothing.json"]).ends_with(2);
    assert!(run.stderr.contains("nothing.json: the folder has no events"), "{}", run.stderr);
    folder.write("empty.json.gz/.keep", "");
    json(&folder, &["empty.json.gz"]).ends_with(2);
}

#[cfg(unix)]
#[test]
fn links_that_lead_nowhere_are_errors_and_loops_are_not_walked() {
    let folder = Folder::with("day/good.ndjson", CLOSED);
    let link = |to: &str, at: &str| std::os::unix::fs::symlink(to, folder.path().join(at)).unwrap();
    link("nowhere.ndjson", "day/dangling.ndjson");
    link("..", "day/up");
    link("../day", "day/loop.json");
    link("itself.ndjson", "day/itself.ndjson");
    let run = json(&folder, &["day"]).ends_with(2);
    assert_eq!(run.json().1["events"], 1);
    for name in ["day/dangling.ndjson", "day/itself.ndjson"] {
        assert!(run.stderr.contains(&format!("error: {name}: ")), "{}", run.stderr);
        json(&folder, &[name]).ends_with(2);
    }
    assert_eq!(run.stderr.matches("error: ").count(), 2, "{}", run.stderr);
    link("good.ndjson", "day/link.ndjson");
    assert_eq!(json(&folder, &["day/link.ndjson"]).ends_with(0).json().1["events"], 1);
}

#[cfg(unix)]
#[test]
fn what_may_not_be_read_is_an_error_and_the_rest_is_checked() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::with("day/closed.ndjson", CLOSED);
    folder.write("day/open.ndjson", CLOSED);
    folder.write("day/locked/x.ndjson", CLOSED);
    let forbid = |name: &str, mode| {
        fs::set_permissions(folder.path().join(name), fs::Permissions::from_mode(mode)).unwrap();
    };
    forbid("day/closed.ndjson", 0o000);
    forbid("day/locked", 0o000);
    // Root may read everything.
    let is_root = fs::read(folder.path().join("day/closed.ndjson")).is_ok();
    let run = json(&folder, &["day"]);
    forbid("day/locked", 0o700);
    if is_root {
        run.ends_with(0);
        return;
    }
    let run = run.ends_with(2);
    assert_eq!(run.json().1["events"], 1);
    for name in ["day/closed.ndjson", "day/locked"] {
        assert!(run.stderr.contains(&format!("error: {name}: ")), "{}", run.stderr);
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_in_a_folder_does_not_hold_the_walk_up() {
    let folder = Folder::with("day/good.ndjson", CLOSED);
    let made = Command::new("mkfifo").arg(folder.path().join("day/pipe.ndjson")).status().unwrap();
    assert!(made.success());
    assert_eq!(json(&folder, &["day"]).ends_with(0).json().1["events"], 1);
}

#[test]
fn a_reader_that_goes_away_ends_the_run_at_once_and_in_peace() {
    for format in ["human", "json", "sarif"] {
        let folder = Folder::new();
        let mut command = folder.validate(["--format", format, "--max-findings", "0"]).command();
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let endless = std::thread::spawn(move || {
            let block = lines(vec!["{\"event_name\": 7}"; 100]);
            while stdin.write_all(block.as_bytes()).is_ok() {}
        });
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        assert!(!line.is_empty());
        drop(stdout);
        let gone = Instant::now();
        let output = child.wait_with_output().unwrap();
        assert!(gone.elapsed() < Duration::from_secs(20), "{format}: {:?}", gone.elapsed());
        assert_eq!(output.status.code(), Some(0), "{format}");
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(!stderr.contains("error") && !stderr.contains("panicked"), "{format}: {stderr}");
        endless.join().unwrap();
    }
}

#[test]
fn rules_survive_a_reader_that_is_gone() {
    let folder = Folder::new();
    let mut command = folder.tidings(["rules"]).command();
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn utf_16_is_told_once_with_what_to_do() {
    let encode = |little: bool| -> Vec<u8> {
        format!("\u{feff}{}", lines([CLOSED, CLOSED]))
            .encode_utf16()
            .flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() })
            .collect()
    };
    for little in [true, false] {
        for name in ["events.json", "events.ndjson"] {
            let folder = Folder::with(name, encode(little));
            let run = json(&folder, &[name]).ends_with(1);
            assert_eq!(run.found(), ["json/invalid-utf8 1:1"], "{name}");
            assert!(run.stdout.contains("UTF-16") && run.stdout.contains("iconv"), "{}", run.stdout);
            // Without a mark nobody can tell, but it is no JSON all the same.
            let folder = Folder::with(name, &encode(little)[2..]);
            let run = json(&folder, &[name]).ends_with(1);
            assert!(run.found().iter().all(|found| found.starts_with("json/")), "{:?}", run.found());
        }
        let folder = Folder::with("a.ndjson", encode(little));
        folder.write("b.ndjson", CLOSED);
        assert_eq!(json(&folder, &["a.ndjson", "b.ndjson"]).json().1["valid"], 1, "the next source is read");
    }
}

#[test]
fn a_byte_order_mark_is_a_finding_and_the_event_behind_it_is_checked() {
    let faulty = CLOSED.replace("\"version\":1", "\"version\":0");
    let mark = "json/byte-order-mark 1:1";
    for (name, text, second) in [
        ("events.ndjson", format!("\u{feff}{faulty}\n{CLOSED}\n"), "schema/minimum 1:206 /version"),
        ("event.json", format!("\u{feff}{faulty}"), "schema/minimum 1:206 /version"),
        ("events.json", format!("\u{feff}[{faulty}]"), "schema/minimum 1:207 /version"),
    ] {
        let folder = Folder::with(name, &text);
        assert_eq!(json(&folder, &[name]).ends_with(1).found(), [mark, second], "{text}");
    }
    for text in ["\u{feff}", "\u{feff}\n", "\u{feff}\u{feff}{}"] {
        for name in ["x.json", "x.ndjson"] {
            let folder = Folder::with(name, text);
            assert_eq!(json(&folder, &[name]).ends_with(1).found()[0], mark, "{name}: {text:?}");
        }
    }
}

#[test]
fn white_space_between_a_byte_order_mark_and_an_array_changes_nothing() {
    let faulty = CLOSED.replace("\"version\":1", "\"version\":0");
    let folder = Folder::with("events.json", format!("\u{feff}\n[\n{faulty}]"));
    let run = json(&folder, &["events.json"]).ends_with(1);
    assert_eq!(run.found(), ["json/byte-order-mark 1:1", "schema/minimum 3:205 /version"]);
}

#[test]
fn nul_bytes_are_findings() {
    let text = [b"\0\0\0\n", CLOSED.as_bytes(), b"\n\0", CLOSED.as_bytes(), b"\n", &[0; 1000]].concat();
    let folder = Folder::with("nul.ndjson", &text);
    let found = ["json/syntax 1:1", "json/syntax 3:1", "json/syntax 4:1"];
    assert_eq!(json(&folder, &["nul.ndjson"]).ends_with(1).found(), found);
    folder.write("nul.json", [0; 1000]);
    assert_eq!(json(&folder, &["nul.json"]).ends_with(1).found(), ["json/syntax 1:1"]);
    folder.write("nul.json", [b"[", CLOSED.as_bytes(), b",\0]"].concat());
    let column = CLOSED.len() + 3;
    assert_eq!(json(&folder, &["nul.json"]).ends_with(1).found(), [format!("json/syntax 1:{column}")]);
    // As standard input, whatever it was meant to be.
    let run = folder.validate(["--format", "json"]).read(vec![0; 100_000]).ends_with(1);
    assert_eq!(run.found(), ["json/syntax 1:1"]);
}

#[cfg(unix)]
#[test]
fn names_of_files_cannot_act_on_a_terminal_or_forge_commands() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    let folder = Folder::new();
    for name in [
        &b"a\x1b[31mred\x1b]0;title\x07.ndjson"[..],
        b"b\n::error::forged\n.ndjson",
        b"c\xff\xfe.ndjson",
        "d\u{202e}nosj.\u{200b}json".as_bytes(),
        b"e\"<&'>,%0A:.json",
        b"-f.json",
    ] {
        folder.write(OsStr::from_bytes(name), "{}");
    }
    for format in ["human", "json", "github", "gitlab", "sarif", "junit"] {
        let run = folder.validate(["--format", format, ".", "missing\x1b[2J\n.json"]).run().ends_with(2);
        for text in [&run.stdout, &run.stderr] {
            assert!(!text.contains('\x1b'), "{format}: {text}");
            assert!(!text.contains('\x07') && !text.contains('\u{202e}'), "{format}");
            assert!(!text.lines().any(|line| line.starts_with("::error::forged")), "{format}: {text}");
        }
        if format == "json" {
            let (findings, _) = run.json();
            assert!(findings.iter().any(|finding| finding["source"] == "./b\n::error::forged\n.ndjson"));
        }
    }
}
