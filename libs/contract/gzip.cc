#include "contract/gzip.h"

#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <limits>
#include <system_error>
#include <utility>

namespace kip {
namespace {

// One stream of zlib's, ended however the function is left.
class Inflater {
 public:
  Inflater() { ready_ = inflateInit2(&stream_, kGzipWindow) == Z_OK; }
  ~Inflater() {
    if (ready_) inflateEnd(&stream_);
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  bool ready() const { return ready_; }

  // Unpacks one member from the front of `in`. False: it is broken or cut short.
  bool member(std::string_view& in, std::string& out) {
    if (inflateReset(&stream_) != Z_OK) return false;
    int state = Z_OK;
    while (state == Z_OK) {
      const std::size_t offered = std::min<std::size_t>(in.size(), kStepBytes);
      // zlib does not write through next_in; its field only lacks the const.
      stream_.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(in.data()));
      stream_.avail_in = static_cast<uInt>(offered);
      const std::size_t size = out.size();
      out.resize(size + kStepBytes);
      stream_.next_out = reinterpret_cast<Bytef*>(out.data() + size);
      stream_.avail_out = static_cast<uInt>(kStepBytes);
      state = inflate(&stream_, Z_NO_FLUSH);
      out.resize(size + kStepBytes - stream_.avail_out);
      in.remove_prefix(offered - stream_.avail_in);
    }
    return state == Z_STREAM_END;
  }

 private:
  static constexpr int kGzipWindow = 15 + 16;  // zlib: the largest window, gzip's own frame
  static constexpr std::size_t kStepBytes = 1 << 18;
  z_stream stream_{};
  bool ready_ = false;
};

}  // namespace

bool is_gzip(std::string_view bytes) { return bytes.substr(0, 2) == "\x1f\x8b"; }

Result<std::string> gunzip(std::string_view bytes) {
  Inflater inflater;
  if (!inflater.ready()) return unavailable("zlib cannot begin");
  std::string out;
  while (is_gzip(bytes)) {
    if (!inflater.member(bytes, out)) return invalid("the gzip data are broken or cut short");
  }
  // Tapes and some tools fill up with zeros.
  if (bytes.find_first_not_of('\0') != std::string_view::npos) {
    return invalid("something follows the gzip data");
  }
  return out;
}

Result<std::string> read_whole(const std::string& file) {
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return not_found(file + ": no such file");
  if (std::filesystem::is_directory(file, error)) return invalid(file + ": is a directory");
  std::ifstream in(file, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!in.is_open() || in.bad()) return unavailable(file + ": cannot be read");
  if (!is_gzip(bytes)) return bytes;
  auto unpacked = gunzip(bytes);
  if (!unpacked) return Error{unpacked.error().code, file + ": " + unpacked.error().message};
  return unpacked;
}

}  // namespace kip
