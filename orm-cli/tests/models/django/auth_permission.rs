use orm::Model;

use super::{AuthGroup, AuthUser, DjangoContentType};

/// A row of `auth_permission`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "auth_permission")]
#[model(unique(content_type_id, codename))]
#[many_to_many(auth_groups: AuthGroup, through = "auth_group_permissions", left = "permission_id", right = "group_id")]
#[many_to_many(auth_users: AuthUser, through = "auth_user_user_permissions", left = "permission_id", right = "user_id")]
pub struct AuthPermission {
    pub id: i64,
    #[belongs_to(content_type: DjangoContentType)]
    pub content_type_id: i64,
    pub codename: String,
    pub name: String,
}
