//! The one TLS implementation of the process.

/// Makes rustls with `ring` the TLS of every client in this process. Calling it again does nothing.
pub fn install_provider() {
    // An error says that a provider is installed already, which is what was asked for.
    let _already_installed = rustls::crypto::ring::default_provider().install_default();
}
