//! Where in the program a query was written.

#[cfg(debug_assertions)]
use std::panic::Location;

/// Where in the program a query was written, for warnings in development. In a release build it is empty and takes no
/// space.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CallSite {
    #[cfg(debug_assertions)]
    location: Option<&'static Location<'static>>,
}

impl CallSite {
    /// The caller of the function in which this is called, if both are `#[track_caller]`.
    #[cfg_attr(debug_assertions, track_caller)]
    pub(crate) fn here() -> Self {
        CallSite {
            #[cfg(debug_assertions)]
            location: Some(Location::caller()),
        }
    }

    /// The file and the line.
    #[cfg(debug_assertions)]
    pub(crate) fn location(self) -> Option<&'static Location<'static>> {
        self.location
    }
}
