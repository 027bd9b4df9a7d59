//! The library on a Citus cluster: queries on distributed tables have the same results as on local ones.
//! `ORM_TEST_CITUS` contains the URL of the coordinator. Without it the tests print a notice and do nothing.

#[path = "citus/cluster.rs"]
mod cluster;
#[path = "citus/order.rs"]
mod order;
#[path = "support/owned.rs"]
#[expect(dead_code, reason = "other targets use the rest")]
mod owned;
#[path = "citus/tenants.rs"]
mod tenants;
#[path = "citus/university.rs"]
mod university;
