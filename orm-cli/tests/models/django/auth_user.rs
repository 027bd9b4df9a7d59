use orm::Model;
use orm::value::DateTime;

use super::{AuthGroup, AuthPermission};

/// A row of `auth_user`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "auth_user")]
#[many_to_many(auth_groups: AuthGroup, through = "auth_user_groups", left = "user_id", right = "group_id")]
#[many_to_many(auth_permissions: AuthPermission, through = "auth_user_user_permissions", left = "user_id", right = "permission_id")]
pub struct AuthUser {
    pub id: i64,
    pub password: String,
    pub last_login: Option<DateTime>,
    pub is_superuser: bool,
    #[model(unique)]
    pub username: String,
    pub last_name: String,
    pub email: String,
    pub is_staff: bool,
    pub is_active: bool,
    pub date_joined: DateTime,
    pub first_name: String,
}
