//! The entities, as `SeaORM` declares them.

#![allow(missing_docs, unreachable_pub, reason = "the derives make items public and document none")]

pub mod department {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "department")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub name: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(has_many = "super::course::Entity")]
        Course,
        #[sea_orm(has_many = "super::student::Entity")]
        Student,
    }

    impl Related<super::course::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Course.def()
        }
    }

    impl Related<super::student::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Student.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod course {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "course")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub title: String,
        pub department_id: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(
            belongs_to = "super::department::Entity",
            from = "Column::DepartmentId",
            to = "super::department::Column::Id"
        )]
        Department,
    }

    impl Related<super::department::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Department.def()
        }
    }

    impl Related<super::student::Entity> for Entity {
        fn to() -> RelationDef {
            super::enrollment::Relation::Student.def()
        }

        fn via() -> Option<RelationDef> {
            Some(super::enrollment::Relation::Course.def().rev())
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod student {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "student")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub first_name: String,
        pub last_name: String,
        pub department_id: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(
            belongs_to = "super::department::Entity",
            from = "Column::DepartmentId",
            to = "super::department::Column::Id"
        )]
        Department,
    }

    impl Related<super::department::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Department.def()
        }
    }

    impl Related<super::course::Entity> for Entity {
        fn to() -> RelationDef {
            super::enrollment::Relation::Course.def()
        }

        fn via() -> Option<RelationDef> {
            Some(super::enrollment::Relation::Student.def().rev())
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod enrollment {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "student_course")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub student_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub course_id: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(belongs_to = "super::student::Entity", from = "Column::StudentId", to = "super::student::Column::Id")]
        Student,
        #[sea_orm(belongs_to = "super::course::Entity", from = "Column::CourseId", to = "super::course::Column::Id")]
        Course,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod book {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "book")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub title: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(has_many = "super::chapter::Entity")]
        Chapter,
        #[sea_orm(has_many = "super::review::Entity")]
        Review,
        #[sea_orm(has_many = "super::edition::Entity")]
        Edition,
        #[sea_orm(has_many = "super::quote::Entity")]
        Quote,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

macro_rules! part {
    ($module:ident, $relation:ident, $table:literal) => {
        pub mod $module {
            use sea_orm::entity::prelude::*;

            #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
            #[sea_orm(table_name = $table)]
            pub struct Model {
                #[sea_orm(primary_key)]
                pub id: i64,
                pub text: String,
                pub book_id: i64,
            }

            #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
            pub enum Relation {
                #[sea_orm(belongs_to = "super::book::Entity", from = "Column::BookId", to = "super::book::Column::Id")]
                Book,
            }

            impl Related<super::book::Entity> for Entity {
                fn to() -> RelationDef {
                    Relation::Book.def()
                }
            }

            impl Related<Entity> for super::book::Entity {
                fn to() -> RelationDef {
                    super::book::Relation::$relation.def()
                }
            }

            impl ActiveModelBehavior for ActiveModel {}
        }
    };
}

part!(chapter, Chapter, "chapter");
part!(review, Review, "review");
part!(edition, Edition, "edition");
part!(quote, Quote, "quote");
