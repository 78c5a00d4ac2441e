// RocksDB comes as a library that the thread sanitizer was not built into: it does not see the
// locks in there and takes what they guard for races. What is ours stays watched.

#if defined(__SANITIZE_THREAD__)
extern "C" const char* __tsan_default_suppressions() { return "race:rocksdb::\n"; }
#endif
