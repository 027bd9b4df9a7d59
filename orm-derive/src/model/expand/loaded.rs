//! `StudentLoaded`: a row whose type contains the relations that it holds.
//!
//! It has one type parameter for each relation, and one for named slots. The parameters have the names of the
//! relations, so that the documentation and rustc's messages are readable. Inside is a struct of the runtime that does
//! the work. The code here adds the names.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::ext::IdentExt as _;

use super::relations;
use crate::model::definition::{Model, Relation};
use crate::names;

/// The names that all parts share.
pub(crate) struct Loaded<'a> {
    model: &'a Model,
    name: &'a Ident,
    /// The accessors, which have the names of the relations.
    accessors: Vec<&'a Ident>,
    /// The type parameters of the relations: `Courses`, `Department`.
    states: Vec<Ident>,
    /// The type parameter of named slots.
    slots: Ident,
}

impl<'a> Loaded<'a> {
    pub(crate) fn new(model: &'a Model) -> Self {
        let items = [Some(&model.ident), Some(&model.items.loaded), model.items.relations.as_ref()];
        let mut taken = vec!["Self".to_owned()];
        taken.extend(items.into_iter().flatten().map(|item| item.unraw().to_string()));
        let state = |relation: &Relation| {
            let name = unique(names::pascal_case(&relation.text()), "Relation", &mut taken);
            Ident::new(&name, relation.name.span())
        };
        let states = model.relations.iter().map(state).collect();
        let slots = unique("Named".to_owned(), "Slots", &mut taken);
        Loaded {
            model,
            name: &model.items.loaded,
            accessors: model.relations.iter().map(|relation| &relation.name).collect(),
            states,
            slots: Ident::new(&slots, model.ident.span()),
        }
    }

    /// Returns the struct, and the trait that names its relations.
    pub(crate) fn items(&self) -> TokenStream {
        let definition = self.definition();
        let relations = self.relations_trait();
        quote!(#definition #relations)
    }

    /// Returns the methods and traits of the struct.
    pub(crate) fn implementations(&self) -> TokenStream {
        let wholes = self.wholes();
        let unloaded = self.unloaded();
        let deref = self.deref();
        let methods = self.methods();
        let relations = self.relations_impl();
        let loaded_row = self.loaded_row();
        let traits = self.traits();
        quote! {
            #wholes
            #unloaded
            #deref
            #methods
            #relations
            #loaded_row
            #traits
        }
    }

    fn definition(&self) -> TokenStream {
        let Loaded { model: Model { krate, vis, .. }, name, states, slots, .. } = self;
        let doc = format!(" A `{}` with the relations that its query loaded.", self.model.name());
        let (ident, list) = (&self.model.ident, list(states));
        quote! {
            #[doc = #doc]
            #[allow(dead_code)]
            #vis struct #name<#(#states = #krate::NotLoaded,)* #slots = ()>(
                #krate::__private::Loaded<#ident, #list, #slots>
            );
        }
    }

    /// Returns what rustc finds when a plain row is asked for a relation: a function that no row can call, whose bound
    /// explains that the relation was not prefetched. Without it, rustc would suggest the descriptor of the same name.
    ///
    /// The function is behind `Deref`, because a type cannot have a function and a method with the same name, and
    /// because a trait would have to be in scope wherever the mistake is made. rust-analyzer does not see it, because an
    /// editor would offer it.
    fn unloaded(&self) -> TokenStream {
        let Loaded { model: Model { krate, ident, .. }, accessors, states, .. } = self;
        if states.is_empty() {
            return TokenStream::new();
        }
        let whole = self.whole();
        quote! {
            pub struct __Unloaded<State = #krate::NotLoaded>(State);
            impl ::core::ops::Deref for #ident {
                type Target = __Unloaded;
                fn deref(&self) -> &__Unloaded {
                    &__Unloaded(#krate::NotLoaded)
                }
            }
            #[cfg(not(rust_analyzer))]
            impl<State> __Unloaded<State> {
                #(
                    pub fn #accessors(&self) -> &__orm::Read<State, #whole> where State: #krate::IsLoaded {
                        self.0.read()
                    }
                )*
            }
        }
    }

    fn deref(&self) -> TokenStream {
        let Loaded { model: Model { ident, .. }, name, states, slots, .. } = self;
        quote! {
            impl<#(#states,)* #slots> ::core::ops::Deref for #name<#(#states,)* #slots> {
                type Target = #ident;
                fn deref(&self) -> &#ident {
                    &self.0.row
                }
            }
        }
    }

    fn methods(&self) -> TokenStream {
        let Loaded { model: Model { krate, vis, ident, .. }, name, accessors, states, slots } = self;
        let docs = self.docs();
        let into_inner = format!(" Returns the `{}` without its relations.", self.model.name());
        let places = (0..states.len()).map(place);
        let whole = self.whole();
        let offered = self.offered();
        quote! {
            #offered
            impl<#(#states,)* #slots> #name<#(#states,)* #slots> {
                #(
                    #[doc = #docs]
                    #[cfg(not(rust_analyzer))]
                    #vis fn #accessors(&self) -> &__orm::Read<#states, #whole> where #states: #krate::IsLoaded {
                        self.0.states.#places.read()
                    }
                )*
                /// Returns the rows or the value that the query loaded under a name.
                #vis fn named<__N, __I, __V>(&self, _name: __N) -> &__V where #slots: #krate::Get<__N, __I, __V> {
                    self.0.named.get()
                }
                #[doc = #into_inner]
                #vis fn into_inner(self) -> #ident {
                    self.0.row
                }
            }
        }
    }

    /// Returns the accessors for rust-analyzer. It offers those of an implementation whose bounds are met, and ignores the
    /// bounds of a function. rustc has a better message for the latter.
    fn offered(&self) -> TokenStream {
        let Loaded { model: Model { vis, .. }, name, accessors, states, slots } = self;
        let docs = self.docs();
        let whole = self.whole();
        let places = (0..states.len()).map(place);
        quote! {
            #[cfg(rust_analyzer)]
            __orm::accessors! {
                #name [#(#states)* #slots]
                #(#[doc = #docs] #vis fn #accessors(#states #whole [#places]);)*
            }
        }
    }

    /// Returns the trait for `fn card(student: &impl StudentRelations<Courses = Many<Course>>)`: a row that holds at
    /// least these relations.
    fn relations_trait(&self) -> TokenStream {
        let Loaded { model: Model { krate, vis, ident, .. }, accessors, states, slots, .. } = self;
        let Some(relations) = self.relations() else { return TokenStream::new() };
        let model = self.model.name();
        let doc = format!(
            " A `{model}` with relations. A signature names the states of the relations that the function \
             reads."
        );
        quote! {
            #[doc = #doc]
            #[allow(dead_code, missing_docs)]
            #vis trait #relations: ::core::ops::Deref<Target = #ident> {
                #(type #states;)*
                type #slots;
                #(fn #accessors(&self) -> &Self::#states where Self::#states: #krate::IsLoaded;)*
                fn named<__N, __I, __V>(&self, name: __N) -> &__V where Self::#slots: #krate::Get<__N, __I, __V>;
            }
        }
    }

    fn relations_impl(&self) -> TokenStream {
        let Loaded { model: Model { krate, .. }, name, accessors, states, slots } = self;
        let Some(relations) = self.relations() else { return TokenStream::new() };
        // The trait requires the same of its callers as of a state. rust-analyzer would offer its functions next to the
        // accessors.
        let places = (0..states.len()).map(place);
        quote! {
            #[cfg(not(rust_analyzer))]
            impl<#(#states,)* #slots> #relations for #name<#(#states,)* #slots> {
                #(type #states = #states;)*
                type #slots = #slots;
                #(fn #accessors(&self) -> &#states { &self.0.states.#places })*
                fn named<__N, __I, __V>(&self, _: __N) -> &__V where #slots: #krate::Get<__N, __I, __V> {
                    self.0.named.get()
                }
            }
        }
    }

    /// Returns the name of the trait, if there is one.
    fn relations(&self) -> Option<&'a Ident> {
        self.model.items.relations.as_ref().filter(|_| !self.states.is_empty())
    }

    /// Returns the names of the values that a fully loaded row would hold for each relation. rustc continues with them
    /// after the message that a relation was not loaded.
    fn whole(&self) -> Vec<Ident> {
        self.states.iter().map(|state| format_ident!("__Whole{}", state, span = Span::call_site())).collect()
    }

    /// Returns their definitions, beside the structs: inside the structs, a type parameter may have the name of a
    /// target.
    fn wholes(&self) -> TokenStream {
        let names = self.whole();
        let types = self.model.relations.iter().map(|relation| {
            let (kind, target) = (relations::kind(relation), &relation.target);
            quote!(__orm::Whole<#kind, #target>)
        });
        quote!(#(type #names = #types;)*)
    }

    /// Returns a line of documentation for each relation.
    fn docs(&self) -> Vec<String> {
        self.model.relations.iter().map(|relation| format!(" Returns the loaded `{}`.", relation.text())).collect()
    }

    /// Returns the code by which the rows of a query take in one state after another.
    fn loaded_row(&self) -> TokenStream {
        let Loaded { model: Model { ident, .. }, name, states, slots, .. } = self;
        let list = list(states);
        quote! {
            type __Inner<#(#states,)* #slots> = __orm::Loaded<#ident, #list, #slots>;
            impl<#(#states,)* #slots> __orm::LoadedRow for #name<#(#states,)* #slots> {
                type Model = #ident;
                type States = #list;
                type Named = #slots;
                fn into_loaded(self) -> __Inner<#(#states,)* #slots> {
                    self.0
                }
            }
            impl<#(#states,)* #slots> __orm::Wrap<#list, #slots> for #ident {
                type Row = #name<#(#states,)* #slots>;
                fn wrap(loaded: __Inner<#(#states,)* #slots>) -> Self::Row {
                    #name(loaded)
                }
            }
        }
    }

    /// Returns the traits that the struct has if all of its parts have them.
    fn traits(&self) -> TokenStream {
        let Loaded { name, states, slots, .. } = self;
        // Nested streams of tokens would be more work for the compiler.
        macro_rules! implementation {
            ([$($of:tt)*] $($body:tt)*) => {
                quote! {
                    #[automatically_derived]
                    impl<#(#states,)* #slots> $($of)* for #name<#(#states,)* #slots>
                    where
                        __Inner<#(#states,)* #slots>: $($of)*,
                    {
                        $($body)*
                    }
                }
            };
        }
        let clone = implementation! { [::core::clone::Clone]
            fn clone(&self) -> Self {
                #name(::core::clone::Clone::clone(&self.0))
            }
        };
        let debug = implementation! { [::core::fmt::Debug]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Debug::fmt(&self.0, f)
            }
        };
        let partial_eq = implementation! { [::core::cmp::PartialEq]
            fn eq(&self, other: &Self) -> bool {
                self.0 == other.0
            }
        };
        let serialize = implementation! { [__orm::Serialize]
            fn serialize<__S: __orm::Serializer>(&self, to: __S) -> __orm::Serialized<__S> {
                self.0.serialize(to)
            }
        };
        quote!(#clone #debug #partial_eq #serialize)
    }
}

/// Returns the states of a row without relations.
pub(crate) fn unloaded(model: &Model) -> TokenStream {
    let krate = &model.krate;
    list(vec![quote!(#krate::NotLoaded); model.relations.len()])
}

/// Returns `(A, (B, ()))`.
fn list<T: ToTokens>(items: impl IntoIterator<Item = T, IntoIter: DoubleEndedIterator>) -> TokenStream {
    items.into_iter().rev().fold(quote!(()), |rest, item| quote!((#item, #rest)))
}

/// Returns the path to an item of a list: `0`, `1.0`, `1.1.0`.
fn place(at: usize) -> TokenStream {
    let steps = std::iter::repeat_n(Literal::usize_unsuffixed(1), at);
    let steps = steps.chain([Literal::usize_unsuffixed(0)]);
    quote!(#(#steps).*)
}

/// Returns the name, with an ending if something else has the same name.
fn unique(name: String, ending: &str, taken: &mut Vec<String>) -> String {
    let mut name = name;
    while name.is_empty() || taken.contains(&name) {
        name.push_str(ending);
    }
    taken.push(name.clone());
    name
}
