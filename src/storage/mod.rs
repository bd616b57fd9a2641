//! The file store: a folder or a bucket of any S3-compatible store. It holds sealed bytes only, under
//! names that say nothing. Knows no database.

mod client;
mod settings;

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use object_store::{
    BackoffConfig, ObjectStore, ObjectStoreExt, RetryConfig, aws::AmazonS3Builder,
    local::LocalFileSystem, path::Path,
};

use crate::{files, ids::BlobId};

pub use settings::{S3, StorageUrl};

/// How long a request to the store may take, with its repetitions.
const WITHIN: Duration = Duration::from_secs(10);

/// Why something did not come from the store, or did not get there.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// It does not answer, or answers that it cannot.
    #[error("the file store does not answer: {0}")]
    Away(String),
    /// It has no such object.
    #[error("the file store has no {0}")]
    Missing(String),
    /// The settings cannot be used.
    #[error("{0}")]
    Settings(String),
}

/// The store of a process. Cheap to clone.
#[derive(Clone)]
pub struct Storage {
    store: Arc<dyn ObjectStore>,
    prefix: Arc<str>,
    is_away: Arc<AtomicBool>,
}

impl Storage {
    /// Opens the store of the settings; a folder is made where there is none. Nothing is asked of a
    /// bucket before it is needed: a store that is away does not keep the service from starting.
    pub fn open(url: &StorageUrl) -> Result<Self, StorageError> {
        let refused = |why: &dyn fmt::Display| StorageError::Settings(why.to_string());
        let (store, prefix): (Arc<dyn ObjectStore>, _) = match url {
            StorageUrl::Folder(folder) => {
                let about =
                    |why: &dyn fmt::Display| refused(&format!("{}: {why}", folder.display()));
                files::create_folder(folder).map_err(|why| about(&why))?;
                // A document that was taken survives a power cut, as a receipt does.
                let local = LocalFileSystem::new_with_prefix(folder)
                    .map_err(|why| about(&why))?
                    .with_automatic_cleanup(true)
                    .with_fsync(true);
                (Arc::new(local), String::new())
            }
            StorageUrl::S3(s3) => {
                let bucket = AmazonS3Builder::new()
                    .with_endpoint(&s3.endpoint)
                    .with_bucket_name(&s3.bucket)
                    .with_region(&s3.region)
                    .with_access_key_id(&s3.access_key)
                    .with_secret_access_key(s3.secret_key.expose())
                    .with_allow_http(s3.endpoint.starts_with("http://"))
                    .with_virtual_hosted_style_request(false)
                    .with_http_connector(client::Connector)
                    .with_retry(RetryConfig {
                        backoff: BackoffConfig::default(),
                        max_retries: 3,
                        retry_timeout: WITHIN,
                    })
                    .build()
                    .map_err(|why| refused(&why))?;
                (Arc::new(bucket), s3.prefix.clone())
            }
        };
        Ok(Self {
            store,
            prefix: prefix.into(),
            is_away: Arc::default(),
        })
    }

    /// Whether the last request found it away.
    pub fn is_away(&self) -> bool {
        self.is_away.load(Ordering::Relaxed)
    }

    /// Stores an object; when this returns, it is durable.
    pub async fn put(&self, name: &str, bytes: Vec<u8>) -> Result<(), StorageError> {
        let path = self.path(name);
        let done = self.store.put(&path, Bytes::from(bytes).into()).await;
        self.note(name, done).map(|_| ())
    }

    /// An object.
    pub async fn get(&self, name: &str) -> Result<Bytes, StorageError> {
        let path = self.path(name);
        let whole = async { self.store.get(&path).await?.bytes().await };
        self.note(name, whole.await)
    }

    /// Deletes an object; one that is not there is none that is there.
    pub async fn delete(&self, name: &str) -> Result<(), StorageError> {
        match self.note(name, self.store.delete(&self.path(name)).await) {
            Err(StorageError::Missing(_)) => Ok(()),
            done => done,
        }
    }

    /// The names of every object of a blob.
    pub async fn list(&self, blob: &BlobId) -> Result<Vec<String>, StorageError> {
        let folder = folder_of(blob);
        let found = self
            .store
            .list_with_delimiter(Some(&self.path(&folder)))
            .await;
        let objects = match self.note(&folder, found) {
            Ok(found) => found.objects,
            Err(StorageError::Missing(_)) => return Ok(Vec::new()),
            Err(why) => return Err(why),
        };
        let name = |path: &Path| {
            let file = path.filename().unwrap_or_default();
            format!("{folder}/{file}")
        };
        Ok(objects
            .iter()
            .map(|object| name(&object.location))
            .collect())
    }

    /// Asks whether it answers.
    pub async fn probe(&self) -> Result<(), StorageError> {
        match self.note("probe", self.store.head(&self.path("probe")).await) {
            Ok(_) | Err(StorageError::Missing(_)) => Ok(()),
            Err(why) => Err(why),
        }
    }

    fn path(&self, name: &str) -> Path {
        Path::from(format!("{}/{name}", self.prefix))
    }

    fn note<T>(
        &self,
        name: &str,
        outcome: Result<T, object_store::Error>,
    ) -> Result<T, StorageError> {
        let outcome = outcome.map_err(|why| match why {
            object_store::Error::NotFound { .. } => StorageError::Missing(name.to_owned()),
            why => StorageError::Away(why.to_string()),
        });
        let is_away = matches!(outcome, Err(StorageError::Away(_)));
        if self.is_away.swap(is_away, Ordering::Relaxed) != is_away {
            match &outcome {
                Err(why) => tracing::error!("{why}"),
                Ok(_) => tracing::info!("The file store answers again"),
            }
        }
        outcome
    }
}

impl fmt::Debug for Storage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Storage({})", self.store)
    }
}

/// Where the objects of a blob are: folders of at most a few thousand entries.
fn folder_of(blob: &BlobId) -> String {
    let id = blob.as_str();
    let (_, end) = id.split_at(id.len().saturating_sub(2));
    format!("{end}/{id}")
}

/// A name for the piece `number` of a blob that nothing else has: of two who write the same piece at once
/// neither overwrites the other.
pub fn object_name(blob: &BlobId, number: u64) -> String {
    // Random enough to differ among those who write one piece at one time.
    let chance = uuid::Uuid::now_v7().simple().to_string();
    format!("{}/{number:05}-{}", folder_of(blob), &chance[20..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn a_folder_keeps_what_it_was_given_until_it_is_deleted() {
        let folder = tempfile::tempdir().unwrap();
        let url = StorageUrl::Folder(folder.path().join("files"));
        let storage = Storage::open(&url).unwrap();
        let blob = BlobId::generate();
        let (one, two) = (object_name(&blob, 0), object_name(&blob, 0));
        assert_ne!(one, two);
        storage.put(&one, vec![1, 2, 3]).await.unwrap();
        storage.put(&two, vec![4]).await.unwrap();
        assert_eq!(storage.get(&one).await.unwrap().as_ref(), [1, 2, 3]);
        let mut listed = storage.list(&blob).await.unwrap();
        listed.sort();
        let mut names = vec![one.clone(), two.clone()];
        names.sort();
        assert_eq!(listed, names);
        storage.delete(&one).await.unwrap();
        storage.delete(&one).await.unwrap();
        assert!(matches!(
            storage.get(&one).await,
            Err(StorageError::Missing(_))
        ));
        storage.delete(&two).await.unwrap();
        assert!(storage.list(&blob).await.unwrap().is_empty());
        storage.probe().await.unwrap();
        assert!(!storage.is_away());
    }
}
