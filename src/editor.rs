//! What rust-analyzer reads instead of generated code that rustc needs for its messages.

/// The accessors of a loaded row, each in an implementation that asks for its relation.
#[doc(hidden)]
#[macro_export]
macro_rules! __accessors {
    ($row:ident $parameters:tt $(#[$doc:meta] $vis:vis fn $name:ident $state:tt;)*) => {
        $($crate::__accessors!(@$row $parameters #[$doc] $vis fn $name $state);)*
    };
    (
        @$row:ident [$($parameter:ident)*]
        #[$doc:meta] $vis:vis fn $name:ident($state:ident $whole:ident [$($place:tt)*])
    ) => {
        impl<$($parameter),*> $row<$($parameter),*>
        where
            $state: $crate::IsLoaded,
        {
            #[$doc]
            $vis fn $name(&self) -> &$crate::__private::Read<$state, $whole> {
                self.0.states.$($place)*.read()
            }
        }
    };
}
