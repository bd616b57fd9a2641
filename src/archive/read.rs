//! Reading a blob piece by piece, so that a file of any size takes the memory of a few pieces.

use std::{
    io,
    ops::Range,
    pin::Pin,
    task::{Context, Poll},
};

use actix_web::body::{BodySize, MessageBody};
use bytes::Bytes;
use tokio::sync::mpsc;

use super::Archive;
use crate::{
    error::{AppError, Result},
    sealing::PIECE,
    service::documents::Blob,
    storage::StorageError,
};

/// What is given to the HTTP layer at a time: whoever reads slower than this in a minute is let go.
pub(super) const PORTION: usize = 64 * 1024;

/// The bytes of a blob, as the body of an answer.
pub struct Pieces {
    length: u64,
    portions: mpsc::Receiver<io::Result<Bytes>>,
    touch: Box<dyn Fn()>,
}

impl MessageBody for Pieces {
    type Error = io::Error;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.length)
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
    /// One piece of a blob, opened.
    pub(super) async fn open_piece(&self, blob: &Blob, number: u64) -> Result<Vec<u8>> {
        let lost = || AppError::internal(format!("the blob {} lacks a piece", blob.shape.id));
        let index = usize::try_from(number).map_err(|_| lost())?;
        let piece = blob.pieces.get(index).ok_or_else(lost)?;
        let sealed = match self.0.storage.get(&piece.object).await {
            Err(StorageError::Missing(name)) => {
                tracing::error!("The file store has no {name}");
                return Err(AppError::Gone("file_lost"));
            }
            found => self.stored_or_away(found)?,
        };
        let length = usize::try_from(piece.length).map_err(|_| lost())?;
        Ok(blob.key.open(&blob.shape, number, length, &sealed)?)
    }

    /// The bytes `wanted` of a blob, which has them; of its pieces only those are fetched and opened that hold some
    /// of them. The first is read before anything is answered, so that a store that is away is a clear answer;
    /// `touch` is called whenever the reader took some.
    pub async fn read(
        &self,
        blob: Blob,
        wanted: Range<u64>,
        touch: impl Fn() + 'static,
    ) -> Result<Pieces> {
        if !blob.is_whole() {
            return Err(AppError::internal(format!(
                "the blob {} is not whole",
                blob.shape.id
            )));
        }
        let length = wanted.end.saturating_sub(wanted.start);
        let mut number = wanted.start / PIECE as u64;
        let mut piece = Bytes::new();
        if length > 0 {
            piece = Bytes::from(self.open_piece(&blob, number).await?);
            let before = usize::try_from(wanted.start % PIECE as u64).unwrap_or(PIECE);
            let _ = piece.split_to(before.min(piece.len()));
        }
        let (give, portions) = mpsc::channel(2);
        let archive = self.clone();
        actix_web::rt::spawn(async move {
            let mut left = length;
            loop {
                piece.truncate(usize::try_from(left).unwrap_or(usize::MAX));
                while !piece.is_empty() {
                    let portion = piece.split_to(piece.len().min(PORTION));
                    left -= portion.len() as u64;
                    if give.send(Ok(portion)).await.is_err() {
                        // The reader went away.
                        return;
                    }
                }
                if left == 0 {
                    return;
                }
                number += 1;
                match archive.open_piece(&blob, number).await {
                    Ok(next) => piece = Bytes::from(next),
                    Err(why) => {
                        tracing::error!("A file could not be read to its end: {why}");
                        // The answer ends before its length: the reader knows.
                        let _ = give.send(Err(io::ErrorKind::UnexpectedEof.into())).await;
                        return;
                    }
                }
            }
        });
        Ok(Pieces {
            length,
            portions,
            touch: Box::new(touch),
        })
    }
}
