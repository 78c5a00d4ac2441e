"""A row of a store, changed behind the program's back: RocksDB's C interface, as Debian has it."""

import ctypes

class Rocks:
    def __init__(self):
        self.lib = ctypes.CDLL("librocksdb.so.7.8")
        for name in ("options_create", "writeoptions_create", "open_column_families"):
            getattr(self.lib, "rocksdb_" + name).restype = ctypes.c_void_p
        self.lib.rocksdb_list_column_families.restype = ctypes.POINTER(ctypes.c_char_p)

    def tables(self, options, folder):
        """The names of all tables that the store has."""
        count, error = ctypes.c_size_t(), ctypes.c_char_p()
        names = self.lib.rocksdb_list_column_families(
            options, folder.encode(), ctypes.byref(count), ctypes.byref(error)
        )
        if error.value:
            raise SystemExit(error.value.decode())
        found = names[: count.value]
        self.lib.rocksdb_list_column_families_destroy(names, count)
        return found

    def put(self, folder, table, key, value):
        """Nobody else may have the store open."""
        lib, error = self.lib, ctypes.c_char_p()
        options = ctypes.c_void_p(lib.rocksdb_options_create())
        tables = self.tables(options, folder)
        names = (ctypes.c_char_p * len(tables))(*tables)
        each = (ctypes.c_void_p * len(tables))(*([options.value] * len(tables)))
        handles = (ctypes.c_void_p * len(tables))()
        db = ctypes.c_void_p(
            lib.rocksdb_open_column_families(
                options, folder.encode(), len(tables), names, each, handles, ctypes.byref(error)
            )
        )
        if error.value:
            raise SystemExit(error.value.decode())
        sync = ctypes.c_void_p(lib.rocksdb_writeoptions_create())
        family = ctypes.c_void_p(handles[tables.index(table.encode())])
        row = (key, ctypes.c_size_t(len(key)), value, ctypes.c_size_t(len(value)))
        lib.rocksdb_put_cf(db, sync, family, *row, ctypes.byref(error))
        for handle in handles:
            lib.rocksdb_column_family_handle_destroy(ctypes.c_void_p(handle))
        lib.rocksdb_close(db)
        if error.value:
            raise SystemExit(error.value.decode())
