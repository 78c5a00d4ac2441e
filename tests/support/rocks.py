"""A row of a store, changed behind the program's back: RocksDB's C interface, as Debian has it."""

import ctypes

# In the order in which the program opens them; libs/store/store.cc.
TABLES = (
    "log alerts item history timer total meta dead reading backlog "
    "desk message delivery outbox journal answer heard subject default"
).split()


class Rocks:
    def __init__(self):
        self.lib = ctypes.CDLL("librocksdb.so.7.8")
        for name in ("options_create", "writeoptions_create", "open_column_families"):
            getattr(self.lib, "rocksdb_" + name).restype = ctypes.c_void_p

    def put(self, folder, table, key, value):
        """Nobody else may have the store open."""
        lib, error = self.lib, ctypes.c_char_p()
        options = ctypes.c_void_p(lib.rocksdb_options_create())
        names = (ctypes.c_char_p * len(TABLES))(*(name.encode() for name in TABLES))
        each = (ctypes.c_void_p * len(TABLES))(*([options.value] * len(TABLES)))
        handles = (ctypes.c_void_p * len(TABLES))()
        db = ctypes.c_void_p(
            lib.rocksdb_open_column_families(
                options, folder.encode(), len(TABLES), names, each, handles, ctypes.byref(error)
            )
        )
        if error.value:
            raise SystemExit(error.value.decode())
        sync = ctypes.c_void_p(lib.rocksdb_writeoptions_create())
        family = ctypes.c_void_p(handles[TABLES.index(table)])
        row = (key, ctypes.c_size_t(len(key)), value, ctypes.c_size_t(len(value)))
        lib.rocksdb_put_cf(db, sync, family, *row, ctypes.byref(error))
        for handle in handles:
            lib.rocksdb_column_family_handle_destroy(ctypes.c_void_p(handle))
        lib.rocksdb_close(db)
        if error.value:
            raise SystemExit(error.value.decode())
