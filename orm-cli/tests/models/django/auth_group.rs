use orm::Model;

use super::{AuthPermission, AuthUser};

/// A row of `auth_group`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "auth_group")]
#[many_to_many(auth_permissions: AuthPermission, through = "auth_group_permissions", left = "group_id", right = "permission_id")]
#[many_to_many(auth_users: AuthUser, through = "auth_user_groups", left = "group_id", right = "user_id")]
pub struct AuthGroup {
    pub id: i64,
    #[model(unique)]
    pub name: String,
}
