//! Functions and traits by which the code of the derives and of `assert_queries!` checks a program. Messages of the compiler name
//! them.
//!
//! Do not call them. They may change in any release.

pub use orm_core::mapped::{
    check_generated_key, encode_coded, encode_coded_default, four, moment, one, three, two, version,
};
pub use orm_core::model::{one_of, other};
pub use orm_core::observe::NumberOrRange;
pub use orm_core::relation::{check_polymorphic, check_tag};
pub use orm_core::view::{check_field, check_through, field_leads, through, towards};
