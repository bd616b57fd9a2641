//! Several files as one ZIP, made while it is read: a piece of one file is in memory at a time, whatever the files
//! weigh. Nothing is written to a disk.

use std::{
    cell::RefCell,
    io::{self, Write},
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};

use actix_web::body::{BodySize, MessageBody};
use bytes::Bytes;
use tokio::sync::mpsc;
use zip::{
    CompressionMethod, DateTime, ZipWriter,
    write::{SimpleFileOptions, StreamWriter},
};

use super::{Archive, read::PORTION};
use crate::{
    error::{AppError, Result},
    service::documents::Blob,
};

/// A file of a ZIP. Its name is made by the service, of ASCII letters, digits, `-`, `_` and a dot: no name that
/// somebody gave leads anywhere when it is unpacked.
pub struct ToPack {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub content: Content,
}

/// What a file of a ZIP holds.
pub enum Content {
    /// This.
    Text(Vec<u8>),
    /// A blob of the store.
    Stored(Blob),
}

/// A ZIP as the body of an answer. Its length is not known before it is made.
pub struct Packed {
    portions: mpsc::Receiver<io::Result<Bytes>>,
    touch: Box<dyn Fn()>,
}

impl MessageBody for Packed {
    type Error = io::Error;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Bytes>>> {
        (self.touch)();
        self.portions.poll_recv(cx)
    }
}

impl Archive {
    /// `files` as one ZIP. The first piece of the store is read before anything is answered, so that a store that is
    /// away is a clear answer; `touch` is called whenever the reader took some.
    pub async fn pack(&self, files: Vec<ToPack>, touch: impl Fn() + 'static) -> Result<Packed> {
        let stored = || {
            files.iter().filter_map(|file| match &file.content {
                Content::Stored(blob) => Some(blob),
                Content::Text(_) => None,
            })
        };
        if let Some(broken) = stored().find(|blob| !blob.is_whole()) {
            return Err(AppError::internal(format!(
                "the blob {} is not whole",
                broken.shape.id
            )));
        }
        if let Some(first) = stored().find(|blob| blob.shape.length > 0) {
            self.open_piece(first, 0).await?;
        }
        let (give, portions) = mpsc::channel(2);
        let archive = self.clone();
        actix_web::rt::spawn(async move {
            let mut packer = Packer::new(give);
            if let Err(why) = packer.all(&archive, files).await {
                tracing::error!("A ZIP could not be made to its end: {why}");
                // The answer breaks off: the reader knows, and no reader takes it for whole.
                let _ = packer
                    .give
                    .send(Err(io::ErrorKind::UnexpectedEof.into()))
                    .await;
            }
        });
        Ok(Packed {
            portions,
            touch: Box::new(touch),
        })
    }
}

/// What was packed and is not sent yet.
#[derive(Clone, Default)]
struct Outgoing(Rc<RefCell<Vec<u8>>>);

impl Write for Outgoing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Packer {
    outgoing: Outgoing,
    give: mpsc::Sender<io::Result<Bytes>>,
}

/// The reader went away: nothing more is to be done.
struct Gone;

impl Packer {
    fn new(give: mpsc::Sender<io::Result<Bytes>>) -> Self {
        Self {
            outgoing: Outgoing::default(),
            give,
        }
    }

    async fn all(&mut self, archive: &Archive, files: Vec<ToPack>) -> Result<()> {
        let mut zip = ZipWriter::new_stream(self.outgoing.clone());
        for file in files {
            if self.one(archive, &mut zip, file).await?.is_err() {
                return Ok(());
            }
        }
        zip.finish().map_err(AppError::internal)?;
        let _ = self.send().await;
        Ok(())
    }

    async fn one(
        &mut self,
        archive: &Archive,
        zip: &mut ZipWriter<StreamWriter<Outgoing>>,
        file: ToPack,
    ) -> Result<std::result::Result<(), Gone>> {
        let length = match &file.content {
            Content::Text(text) => text.len() as u64,
            Content::Stored(blob) => blob.shape.length,
        };
        // Photographs, sound and PDF are packed already; they are only put together.
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .last_modified_time(DateTime::default())
            .large_file(length >= u64::from(u32::MAX));
        zip.start_file(file.name, options)
            .map_err(AppError::internal)?;
        let blob = match file.content {
            Content::Text(text) => {
                zip.write_all(&text).map_err(AppError::internal)?;
                return Ok(self.send().await);
            }
            Content::Stored(blob) => blob,
        };
        for number in 0..blob.shape.pieces() {
            let piece = archive.open_piece(&blob, number).await?;
            for portion in piece.chunks(PORTION) {
                zip.write_all(portion).map_err(AppError::internal)?;
                if self.send().await.is_err() {
                    return Ok(Err(Gone));
                }
            }
        }
        Ok(self.send().await)
    }

    /// Sends what was packed; waits while the reader is slow.
    async fn send(&mut self) -> std::result::Result<(), Gone> {
        let packed = std::mem::take(&mut *self.outgoing.0.borrow_mut());
        if packed.is_empty() {
            return Ok(());
        }
        let sent = self.give.send(Ok(Bytes::from(packed))).await;
        sent.map_err(|_| Gone)
    }
}
