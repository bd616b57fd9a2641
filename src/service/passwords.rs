//! Hashing passwords: argon2id with 19 MiB, two passes and a pepper, beside the database's threads.
//!
//! A hash takes about 20 ms of a processor and 19 MiB. At most two are made at once, so that a
//! flood of sign-ins takes 38 MiB and never the memory of declarations; the others wait a little and
//! are then told to come back.

use std::{sync::Arc, time::Duration};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use zeroize::Zeroizing;

use crate::{
    config::Secret,
    domain::account::password::{LONGEST, normal_form},
    error::{AppError, Result},
};

/// Hashes that are made at the same time.
const AT_ONCE: usize = 2;
/// How long a request waits for its turn.
const PATIENCE: Duration = Duration::from_secs(5);

/// What is compared with where there is no password, so that this takes as long: 32 bytes that no
/// password is known for.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$dG5sZC1ub2JvZHktc2FsdA$\
                       AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Hashes passwords and compares them.
pub struct Passwords {
    pepper: Zeroizing<[u8; 32]>,
    turns: Arc<Semaphore>,
}

impl Passwords {
    /// With this pepper, which is not in the database: a stolen dump alone lets nobody guess.
    pub fn new(pepper: Zeroizing<[u8; 32]>) -> Self {
        Self {
            pepper,
            turns: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    /// The password as it is stored.
    pub async fn hash(&self, password: Secret) -> Result<String> {
        self.in_turn(move |argon2| {
            let password = Zeroizing::new(normal_form(password.expose()));
            let hash = argon2.hash_password(password.as_bytes());
            hash.map(|hash| hash.to_string())
                .map_err(|why| AppError::internal(why.to_string()))
        })
        .await
    }

    /// Whether `password` is the one that is stored. Takes as long where none is.
    pub async fn verify(&self, password: Secret, stored: Option<String>) -> Result<bool> {
        self.in_turn(move |argon2| {
            // Longer than any that was ever chosen: not worth its normal form.
            let is_possible = password.expose().len() <= 16 * LONGEST;
            let typed = if is_possible { password.expose() } else { "" };
            let typed = Zeroizing::new(normal_form(typed));
            let hash = PasswordHash::new(stored.as_deref().unwrap_or(NOBODYS))
                .map_err(|why| AppError::internal(why.to_string()))?;
            let is_right = argon2.verify_password(typed.as_bytes(), &hash).is_ok();
            Ok(is_right && is_possible && stored.is_some())
        })
        .await
    }

    /// Runs `work` on a blocking thread when it is its turn; the turn ends with the work, also when
    /// the caller has gone away.
    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Argon2<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let turn = tokio::time::timeout(PATIENCE, Arc::clone(&self.turns).acquire_owned()).await;
        let turn: OwnedSemaphorePermit = match turn {
            Ok(turn) => turn.map_err(AppError::internal)?,
            Err(_too_long) => return Err(AppError::Busy),
        };
        let pepper = self.pepper.clone();
        tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let argon2 = Argon2::new_with_secret(
                pepper.as_slice(),
                Algorithm::Argon2id,
                Version::V0x13,
                Params::DEFAULT,
            )
            .map_err(|why| AppError::internal(why.to_string()))?;
            work(&argon2)
        })
        .await
        .unwrap_or_else(|panic| Err(AppError::internal(panic)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some() -> Passwords {
        Passwords::new(Zeroizing::new([7; 32]))
    }

    fn secret(text: &str) -> Secret {
        Secret::new(text)
    }

    #[tokio::test]
    async fn only_the_right_password_opens_and_only_with_the_pepper() {
        let passwords = some();
        let stored = passwords.hash(secret("trâu cày ruộng sâu")).await.unwrap();
        assert!(
            stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{stored}"
        );
        let again = passwords.hash(secret("trâu cày ruộng sâu")).await.unwrap();
        assert_ne!(stored, again, "each has a salt of its own");

        let is_right = |passwords: Passwords, typed: &str, stored: Option<&str>| {
            let (typed, stored) = (secret(typed), stored.map(str::to_owned));
            async move { passwords.verify(typed, stored).await.unwrap() }
        };
        assert!(is_right(some(), "trâu cày ruộng sâu", Some(&stored)).await);
        let decomposed = "tra\u{302}u ca\u{300}y ruo\u{323}\u{302}ng sa\u{302}u";
        assert!(is_right(some(), decomposed, Some(&stored)).await);
        assert!(!is_right(some(), "trâu cày ruộng nông", Some(&stored)).await);
        assert!(!is_right(some(), "", Some(&stored)).await);
        assert!(!is_right(some(), &"trâu ".repeat(9999), Some(&stored)).await);
        assert!(!is_right(some(), "", None).await);
        let other = Passwords::new(Zeroizing::new([8; 32]));
        assert!(!is_right(other, "trâu cày ruộng sâu", Some(&stored)).await);
    }
}
