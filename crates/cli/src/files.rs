//! Writes files so that nobody ever sees half of one.

use std::io::{self, Write as _};
use std::path::Path;

/// Puts a file in place of the one at a path, if there is one: at any time, either the old or the new one is there. What
/// may be done with the file stays as it is; a link stays a link.
pub(crate) fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().unwrap_or(Path::new("."));
    let permissions = std::fs::metadata(&path).map(|metadata| metadata.permissions());
    let mut options = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // What any new file is allowed, less what the process's mask takes away.
        options.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut file = options.prefix(".tidings-").tempfile_in(folder)?;
    file.write_all(content)?;
    if let Ok(permissions) = permissions {
        file.as_file().set_permissions(permissions)?;
    }
    file.persist(&path).map_err(|error| error.error)?;
    Ok(())
}
