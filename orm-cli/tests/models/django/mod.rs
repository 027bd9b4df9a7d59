//! Models of `django`, written by `orm-cli generate`.
//!
//! You can change them. When `orm-cli generate` runs again, it adds what is new in the database, and leaves
//! everything else unchanged.
//!
//! They need these features of `orm`: `json`, `uuid-1`.

#![allow(dead_code, reason = "a program need not use every column of a database")]

mod auth_group;
mod auth_permission;
mod auth_user;
mod django_content_type;
mod shop_event;
mod shop_tag;
mod shop_venue;

pub use self::auth_group::*;
pub use self::auth_permission::*;
pub use self::auth_user::*;
pub use self::django_content_type::*;
pub use self::shop_event::*;
pub use self::shop_tag::*;
pub use self::shop_venue::*;

/// All models: `db.check::<All>()` compares them with the database.
pub type All = (
    AuthGroup,
    AuthPermission,
    AuthUser,
    DjangoContentType,
    ShopEvent,
    ShopTag,
    ShopVenue,
);
