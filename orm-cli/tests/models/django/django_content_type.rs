use orm::Model;

use super::AuthPermission;

/// A row of `django_content_type`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "django_content_type")]
#[model(unique(app_label, model))]
#[has_many(auth_permissions: AuthPermission, foreign_key = content_type_id)]
pub struct DjangoContentType {
    pub id: i64,
    pub app_label: String,
    pub model: String,
}
