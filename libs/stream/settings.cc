#include "stream/settings.h"

#include <librdkafka/rdkafka.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "stream/setting_list.h"

namespace kip {
namespace {
namespace fs = std::filesystem;

constexpr std::size_t kSecretMax = 4096;  // bytes; more is no password
constexpr unsigned kOpenToOthers = 027U;  // a group may read: it is how a machine shares a key

std::vector<std::string> words_of(std::string_view list) {
  std::vector<std::string> out;
  std::istringstream in{std::string(list)};
  for (std::string word; std::getline(in, word, '|');) out.push_back(word);
  return out;
}

class SettingReader {
 public:
  SettingReader(Reader& root, std::string folder) : root_(root), folder_(std::move(folder)) {}

  KafkaSettings run() {
    for (const Setting& setting : settings_allowed()) {
      const std::string name(setting.name);
      if (root_.has_nothing(name)) root_.wrong(name, "has no value");
      if (root_.has(name)) read(setting);
    }
    for (const auto& [text, why] : settings_refused()) {
      const std::string name(text);
      if (root_.has(name) || root_.has_nothing(name))
        root_.wrong(name, "refused: " + std::string(why));
    }
    if (root_.sound()) hold_together();
    root_.done();
    return std::move(out_);
  }

 private:
  void read(const Setting& setting) {
    const std::string name(setting.name);
    switch (setting.kind) {
      case SettingKind::kText:
        return text(name);
      case SettingKind::kChoice: {
        const auto words = words_of(setting.words);
        return put(name, words[root_.choice(name, words)]);
      }
      case SettingKind::kInteger:
        if (const auto number = root_.optional_integer(name, setting.min, setting.max))
          put(name, std::to_string(*number));
        return;
      case SettingKind::kFlag:
        if (const auto flag = root_.optional_flag(name)) put(name, *flag ? "true" : "false");
        return;
      case SettingKind::kFile:
        return file(name, false);
      case SettingKind::kPrivateFile:
        return file(name, true);
      case SettingKind::kSecret:
        return secret(name, std::string(setting.sets));
    }
  }

  // librdkafka has the last word on a value.
  void put(const std::string& name, const std::string& value) {
    std::array<char, 256> why{};
    rd_kafka_conf_t* scratch = rd_kafka_conf_new();
    const auto done =
        rd_kafka_conf_set(scratch, name.c_str(), value.c_str(), why.data(), why.size());
    rd_kafka_conf_destroy(scratch);
    if (done != RD_KAFKA_CONF_OK) return root_.wrong(name, std::string("refused: ") + why.data());
    out_[name] = value;
  }

  void text(const std::string& name) {
    const std::string value = root_.text(name);
    const bool plain = std::all_of(value.begin(), value.end(), [](char c) {
      return static_cast<unsigned char>(c) > 0x1f && c != 0x7f;
    });
    if (value.empty() || value.size() > 255 || !plain)
      return root_.wrong(name, "must be a text of 1 to 255 bytes");
    put(name, value);
  }

  // The file that a key names, from the root on. Its name is not repeated: whoever writes the
  // secret itself there by mistake is not to find it in a log.
  std::string named_by(const std::string& name, bool is_private) {
    const std::string value = root_.text(name);
    const std::string path = (fs::path(folder_) / value).lexically_normal().string();
    struct stat info {};
    if (value.empty() || stat(path.c_str(), &info) != 0) {
      root_.wrong(name, "there is no such file (relative names are looked for beside this one)");
    } else if (is_private && !S_ISREG(info.st_mode)) {
      root_.wrong(name, "this is no file");
    } else if (is_private && (info.st_mode & kOpenToOthers) != 0) {
      root_.wrong(name, "the file is open to other users: make it mode 600");
    } else if (!S_ISDIR(info.st_mode) && !std::ifstream(path).good()) {
      root_.wrong(name, "the file cannot be read by this user");
    } else {
      return path;
    }
    return "";
  }

  void file(const std::string& name, bool is_private) {
    if (const std::string path = named_by(name, is_private); !path.empty()) put(name, path);
  }

  void secret(const std::string& name, const std::string& sets) {
    const std::string path = named_by(name, true);
    if (path.empty()) return;
    std::ifstream in(path, std::ios::binary);
    std::string value(kSecretMax + 1, '\0');
    in.read(value.data(), static_cast<std::streamsize>(value.size()));
    value.resize(static_cast<std::size_t>(in.gcount()));
    if (value.ends_with('\n')) value.pop_back();
    if (value.ends_with('\r')) value.pop_back();
    if (value.empty()) return root_.wrong(name, "the file is empty");
    if (value.size() > kSecretMax || value.find_first_of(std::string("\0\r\n", 3)) != value.npos)
      return root_.wrong(name, "the file must hold the secret as its one line, at most 4096 bytes");
    out_[sets] = value;
  }

  bool given(const std::string& name) const { return root_.has(name); }

  void needs(const std::string& name, const std::string& other) {
    if (!given(other)) root_.wrong(name, "needs " + other);
  }

  void hold_together() {
    const std::string protocol = given("security.protocol") ? out_["security.protocol"] : "";
    const bool tls = protocol.ends_with("ssl"), sasl = protocol.starts_with("sasl");
    for (const Setting& setting : settings_allowed()) {
      const std::string name(setting.name);
      if (!given(name)) continue;
      if (name.starts_with("ssl.") && !tls)
        root_.wrong(name, "needs security.protocol: ssl or sasl_ssl");
      if (name.starts_with("sasl.") && !sasl)
        root_.wrong(name, "needs security.protocol: sasl_ssl or sasl_plaintext");
    }
    if (sasl) {
      for (const char* name : {"sasl.mechanism", "sasl.username", "sasl.password_file"})
        needs("security.protocol", name);
      if (!tls && out_["sasl.mechanism"] == "PLAIN")
        root_.wrong("sasl.mechanism", "PLAIN shows the password to the network without TLS");
    }
    if (given("ssl.certificate.location")) needs("ssl.certificate.location", "ssl.key.location");
    if (given("ssl.key.location")) needs("ssl.key.location", "ssl.certificate.location");
    if (given("ssl.key.password_file")) needs("ssl.key.password_file", "ssl.key.location");
  }

  Reader& root_;
  std::string folder_;
  KafkaSettings out_;
};

bool fits(const std::string& name, SettingOf not_for) {
  const auto all = settings_allowed();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const Setting& setting) { return setting.name == name; });
  return found == all.end() || found->of != not_for;
}

}  // namespace

KafkaSettings read_kafka_settings(const std::string& file, const std::string& text,
                                  const std::string& folder, Problems& problems) {
  Reader root = Reader::parse(file, text, problems);
  return SettingReader(root, folder).run();
}

Result<KafkaSettings> load_kafka_settings(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::error_code ec;
  if (!in || !fs::is_regular_file(path, ec))
    return not_found("--kafka-config: there is no file '" + path + "'");
  std::ostringstream text;
  text << in.rdbuf();
  Problems problems;
  auto settings =
      read_kafka_settings(path, text.str(), fs::path(path).parent_path().string(), problems);
  if (problems.empty()) return settings;
  std::stable_sort(problems.begin(), problems.end(),
                   [](const Problem& a, const Problem& b) { return a.line < b.line; });
  std::string all;
  for (const Problem& problem : problems) all += (all.empty() ? "" : "\n") + to_string(problem);
  return invalid(all);
}

bool fits_producer(const std::string& name) { return fits(name, SettingOf::kConsumer); }
bool fits_consumer(const std::string& name) { return fits(name, SettingOf::kProducer); }

}  // namespace kip
