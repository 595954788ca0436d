//! The cryptography of TLS, chosen once for the process.

/// Makes *ring* the cryptography of every HTTP client that is built from now on. Called before each is built; only the first call
/// counts.
pub fn choose_cryptography() {
    // It fails if another part of the process has chosen already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
