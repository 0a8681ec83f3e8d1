//! What fails of the engine itself.

use parquet::errors::ParquetError;

/// A failure of the engine itself, never of the file that it reads.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The Parquet writer failed.
    #[error("the Parquet output could not be written: {0}")]
    Parquet(#[from] ParquetError),
}
