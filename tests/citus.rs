//! The library on a Citus cluster: what is read from distributed tables is what local ones give. `ORM_TEST_CITUS` names the
//! coordinator by its URL; without it the tests say so and do nothing.

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
