//! The streams of rustls, or a replacement if the program is built without TLS.

#[cfg(feature = "postgres-tls")]
mod encrypted;

#[cfg(feature = "postgres-tls")]
pub(super) use encrypted::{Connector, Encrypted, connector};
#[cfg(not(feature = "postgres-tls"))]
pub(super) use without::{Connector, Encrypted, connector};

#[cfg(not(feature = "postgres-tls"))]
mod without {
    use std::sync::Arc;

    use tokio_postgres::NoTls;
    use tokio_postgres::tls::NoTlsStream;

    use crate::driver::postgres::protection::Protection;
    use crate::driver::postgres::wire::Traffic;
    use crate::error::Result;

    pub(crate) type Encrypted = NoTlsStream;
    pub(crate) type Connector = NoTls;

    #[expect(clippy::unnecessary_wraps, reason = "the function that it replaces can fail")]
    pub(crate) fn connector(_: &Protection, _: Option<&str>, _: &Arc<Traffic>) -> Result<Connector> {
        Ok(NoTls)
    }
}
