//! The process that reads a stranger's file: started for one file, fed, listened to, ended.

use std::{ffi::OsString, path::Path, process::Stdio, time::Duration};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    process::{Child, ChildStdin, ChildStdout, Command},
    time::timeout,
};

use crate::{
    domain::document::{FileFault, MediaType},
    error::{AppError, Result},
    inspect::Found,
};

/// For one file; the process itself has less time of a processor.
const WITHIN: Duration = Duration::from_secs(90);
/// Longest first line.
const LONGEST: u64 = 4096;

/// A process that reads a file.
pub(super) struct Looking {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

/// This program, also when its file was replaced meanwhile.
fn this_program() -> Result<OsString> {
    let linux = Path::new("/proc/self/exe");
    if linux.exists() {
        return Ok(linux.into());
    }
    let path = std::env::current_exe().map_err(AppError::internal)?;
    Ok(path.into())
}

impl Looking {
    /// Starts one for a file of this type.
    pub(super) fn begin(media_type: MediaType, anew: bool) -> Result<Self> {
        let mut command = Command::new(this_program()?);
        command
            .arg("inspect")
            .arg(media_type.as_str())
            // No settings, no keys.
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        if anew {
            command.arg("--anew");
        }
        let mut child = command.spawn().map_err(AppError::internal)?;
        let lost = || AppError::internal("a process without its pipes");
        Ok(Self {
            input: child.stdin.take(),
            output: BufReader::new(child.stdout.take().ok_or_else(lost)?),
            child,
        })
    }

    /// The next bytes of the file. One that has seen enough takes no more, which is no fault.
    pub(super) async fn feed(&mut self, bytes: &[u8]) {
        if let Some(input) = &mut self.input {
            let fed = timeout(WITHIN, input.write_all(bytes)).await;
            if !matches!(fed, Ok(Ok(()))) {
                self.input = None;
            }
        }
    }

    /// That was all: what was found. A process that was ended by its bounds, or by the file, found that the
    /// file is one that is not taken.
    pub(super) async fn found(&mut self) -> Result<Found> {
        if let Some(mut input) = self.input.take() {
            // It may have ended before.
            let _ = input.shutdown().await;
        }
        let mut line = Vec::new();
        let mut head = (&mut self.output).take(LONGEST);
        let bytes = match timeout(WITHIN, head.read_until(b'\n', &mut line)).await {
            Ok(read) => read.map_err(AppError::internal)?,
            Err(_elapsed) => 0,
        };
        if bytes > 0
            && let Ok(found) = serde_json::from_slice(&line)
        {
            return Ok(found);
        }
        let _ = self.child.start_kill();
        tracing::warn!("A file ended the process that read it");
        Ok(Found {
            refused: Some(FileFault::Bomb),
            ..Found::default()
        })
    }

    /// The next bytes of what was made, at most so many.
    pub(super) async fn bytes(&mut self, most: usize) -> Result<Vec<u8>> {
        let mut bytes = vec![0; most];
        let read = self.output.read_exact(&mut bytes);
        timeout(WITHIN, read)
            .await
            .map_err(AppError::internal)?
            .map_err(AppError::internal)?;
        Ok(bytes)
    }
}
