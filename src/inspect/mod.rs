//! Strangers' files are read in a process of their own, with bounds of memory and time: `tnld inspect`.
//!
//! ```text
//! service ──bytes──▶ tnld inspect TYPE ──one line of JSON, content, preview──▶ service
//! ```
//!
//! What a decoder does with a file that was made to hurt it ends with that process and nothing else.
//! It reads no settings, no database and no other file.

mod image;
mod pdf;
pub mod sniff;

use std::io::{Read, Write};

use serde::{Deserialize, Serialize};

use crate::{
    domain::document::{FileFault, MediaType},
    paper::scan::form_of_scan,
};

/// Most pixels that are decoded: a telephone takes 50 million at most.
pub const MOST_PIXELS: u64 = 64_000_000;
/// Bytes of memory of the process: an image of [`MOST_PIXELS`] twice, and what belongs to it.
const MEMORY: u64 = 2048 * 1024 * 1024;
/// Seconds of a processor.
const SECONDS: u64 = 30;

/// What was found: the first line that the process writes. `content` and `preview` bytes follow it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// Why the file is not taken; nothing follows then.
    pub refused: Option<FileFault>,
    /// What the content is; it may be another kind of image than came.
    pub media_type: Option<MediaType>,
    /// Bytes of the content that was written anew; 0 where what came stays.
    pub content: u64,
    /// Bytes of the preview, a JPEG; 0 where there is none.
    pub preview: u64,
    /// Pixels.
    pub width: Option<u32>,
    /// Pixels.
    pub height: Option<u32>,
    /// What the code of one of our forms on it says ([`crate::paper::FormRef`]).
    #[serde(default)]
    pub code: Option<String>,
}

/// What was made of a file.
#[derive(Debug, Default)]
struct Made {
    media_type: Option<MediaType>,
    content: Vec<u8>,
    preview: Vec<u8>,
    width: Option<u32>,
    height: Option<u32>,
}

/// The process: reads a file of this type from `input`, and writes what it found to `output`. Whether an
/// image is written anew (`anew`) or only looked at.
pub fn run(
    media_type: MediaType,
    anew: bool,
    mut input: impl Read,
    mut output: impl Write,
) -> std::io::Result<()> {
    bound_this_process();
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes)?;
    let made = match media_type {
        MediaType::Jpeg | MediaType::Png | MediaType::Webp => image::read(media_type, &bytes, anew),
        MediaType::Pdf => pdf::read(&bytes),
        _ => Ok(Made::default()),
    };
    let (found, made) = match made {
        Ok(made) => {
            let found = Found {
                refused: None,
                media_type: made.media_type,
                content: made.content.len() as u64,
                preview: made.preview.len() as u64,
                width: made.width,
                height: made.height,
                code: form_of_scan(&bytes).map(|code| code.text()),
            };
            (found, made)
        }
        Err(why) => {
            let found = Found {
                refused: Some(why),
                ..Found::default()
            };
            (found, Made::default())
        }
    };
    serde_json::to_writer(&mut output, &found)?;
    output.write_all(b"\n")?;
    output.write_all(&made.content)?;
    output.write_all(&made.preview)?;
    output.flush()
}

/// From now on this process has so much memory and time and no more, and leaves no image of its memory.
fn bound_this_process() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let bound = |resource, most| {
        let limit = Rlimit {
            current: Some(most),
            maximum: Some(most),
        };
        // A system that has no such limit is one where the others must do.
        let _ = setrlimit(resource, limit);
    };
    // Where memory ends for the whole machine or service, this process goes first.
    let _ = std::fs::write("/proc/self/oom_score_adj", "1000");
    bound(Resource::Data, MEMORY);
    bound(Resource::Cpu, SECONDS);
    bound(Resource::Core, 0);
    bound(Resource::Fsize, 0);
    // What it needs is open already.
    bound(Resource::Nofile, 16);
}
