//! The calls. Each calls the function of the C library, unless it is to fail.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Open,
    Write,
    Sync,
    Truncate,
}

/// The call that is to fail.
struct Fault {
    kind: Kind,
    /// The number of the call.
    number: u64,
    error: c_int,
    is_always: bool,
    /// The text in the paths of the affected files.
    path: Vec<u8>,
}

static CALLS: AtomicU64 = AtomicU64::new(0);

fn fault() -> Option<&'static Fault> {
    static FAULT: OnceLock<Option<Fault>> = OnceLock::new();
    FAULT.get_or_init(|| read(&std::env::var("TRIAL_FAULT").ok()?)).as_ref()
}

fn read(text: &str) -> Option<Fault> {
    let mut parts = text.splitn(5, ':');
    let kind = match parts.next()? {
        "open" => Kind::Open,
        "write" => Kind::Write,
        "sync" => Kind::Sync,
        "truncate" => Kind::Truncate,
        _ => return None,
    };
    let (number, error) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let is_always = parts.next()? == "always";
    Some(Fault { kind, number, error, is_always, path: parts.next()?.into() })
}

/// Whether a call on a file with this path is to fail. If so, it sets the error.
fn fails(kind: Kind, path: &[u8]) -> bool {
    let Some(fault) = fault().filter(|fault| fault.kind == kind) else { return false };
    if !path.windows(fault.path.len().max(1)).any(|part| part == fault.path) {
        return false;
    }
    let call = CALLS.fetch_add(1, Ordering::Relaxed);
    if call != fault.number && !(fault.is_always && call > fault.number) {
        return false;
    }
    if call == fault.number {
        let note = b"fault injected\n";
        // SAFETY: the text has this length. The call does not use the `write` of this library.
        unsafe { libc::syscall(libc::SYS_write, libc::STDERR_FILENO, note.as_ptr(), note.len()) };
    }
    // SAFETY: the pointer to the error number is valid for this thread.
    unsafe { *libc::__errno_location() = fault.error };
    true
}

/// Whether a call on an open file is to fail.
fn fails_on(kind: Kind, file: c_int) -> bool {
    if fault().is_none_or(|fault| fault.kind != kind) {
        return false;
    }
    let link = format!("/proc/self/fd/{file}\0");
    let mut path = [0_u8; 4096];
    // SAFETY: the name ends with a NUL, and no more bytes are written than the buffer has.
    let length = unsafe { libc::readlink(link.as_ptr().cast(), path.as_mut_ptr().cast(), path.len()) };
    usize::try_from(length).is_ok_and(|length| fails(kind, &path[..length]))
}

/// Returns the function with this name in the C library.
fn next(name: &'static CStr) -> *mut c_void {
    // SAFETY: the name ends with a NUL.
    let found = unsafe { libc::dlsym(libc::RTLD_NEXT, name.as_ptr()) };
    assert!(!found.is_null(), "the C library has {name:?}");
    found
}

/// Defines a function that fails if it is to, and otherwise calls the function with the same name in the C library.
macro_rules! on_files {
    ($($kind:ident: fn $name:ident($file:ident: c_int $(, $argument:ident: $type:ty)*) -> $result:ty;)*) => {$(
        /// As in the C library.
        ///
        /// # Safety
        ///
        /// As in the C library.
        #[unsafe(no_mangle)]
        pub(crate) unsafe extern "C" fn $name($file: c_int $(, $argument: $type)*) -> $result {
            type Function = unsafe extern "C" fn(c_int $(, $type)*) -> $result;
            static NEXT: OnceLock<Function> = OnceLock::new();
            if fails_on(Kind::$kind, $file) {
                return -1;
            }
            let name = concat!(stringify!($name), "\0");
            let next = NEXT.get_or_init(|| {
                let name = CStr::from_bytes_with_nul(name.as_bytes()).expect("it ends with a NUL");
                // SAFETY: the function of this name has these parameters.
                unsafe { std::mem::transmute::<*mut c_void, Function>(next(name)) }
            });
            // SAFETY: the caller meets the requirements of the function.
            unsafe { next($file $(, $argument)*) }
        }
    )*};
}

on_files! {
    Write: fn write(file: c_int, bytes: *const c_void, length: usize) -> isize;
    Write: fn pwrite(file: c_int, bytes: *const c_void, length: usize, at: libc::off_t) -> isize;
    Write: fn pwrite64(file: c_int, bytes: *const c_void, length: usize, at: libc::off64_t) -> isize;
    Sync: fn fsync(file: c_int) -> c_int;
    Sync: fn fdatasync(file: c_int) -> c_int;
    Truncate: fn ftruncate(file: c_int, length: libc::off_t) -> c_int;
    Truncate: fn ftruncate64(file: c_int, length: libc::off64_t) -> c_int;
}

/// Defines a function that opens a file. It always reads the mode, even if it was not passed, as the C library does on
/// this platform.
macro_rules! on_paths {
    ($($name:ident($($directory:ident)?);)*) => {$(
        /// As in the C library.
        ///
        /// # Safety
        ///
        /// As in the C library.
        #[unsafe(no_mangle)]
        pub(crate) unsafe extern "C" fn $name($($directory: c_int,)? path: *const c_char, flags: c_int, mode: libc::mode_t) -> c_int {
            type Function = unsafe extern "C" fn($(on_paths!(@$directory),)? *const c_char, c_int, ...) -> c_int;
            static NEXT: OnceLock<Function> = OnceLock::new();
            // SAFETY: the caller passes a path that ends with a NUL.
            if !path.is_null() && fails(Kind::Open, unsafe { CStr::from_ptr(path) }.to_bytes()) {
                return -1;
            }
            let name = concat!(stringify!($name), "\0");
            let next = NEXT.get_or_init(|| {
                let name = CStr::from_bytes_with_nul(name.as_bytes()).expect("it ends with a NUL");
                // SAFETY: the function of this name has these parameters.
                unsafe { std::mem::transmute::<*mut c_void, Function>(next(name)) }
            });
            // SAFETY: the caller meets the requirements of the function.
            unsafe { next($($directory,)? path, flags, mode) }
        }
    )*};
    (@$directory:ident) => { c_int };
}

on_paths! {
    open();
    open64();
    openat(directory);
    openat64(directory);
}
