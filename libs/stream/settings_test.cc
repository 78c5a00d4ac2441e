#include "stream/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "stream/reach.h"
#include "stream/setting_list.h"

namespace kip {
namespace {
namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

class SettingsTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("kip-settings-" + std::to_string(getpid()));
    fs::create_directories(folder_);
    file("password", "canary-password\n");
    file("ca.pem", "no certificate", fs::perms::owner_read | fs::perms::others_read);
  }
  void TearDown() override { fs::remove_all(folder_); }

  void file(const std::string& name, const std::string& text,
            fs::perms mode = fs::perms::owner_read | fs::perms::owner_write) {
    fs::remove(folder_ / name);
    std::ofstream(folder_ / name, std::ios::binary) << text;
    fs::permissions(folder_ / name, mode);
  }

  KafkaSettings settings(const std::string& text) {
    problems_.clear();
    return read_kafka_settings("kafka.yaml", text, folder_.string(), problems_);
  }
  // All that is said about it.
  std::string said(const std::string& text) {
    settings(text);
    std::string all;
    for (const Problem& p : problems_) all += to_string(p) + "\n";
    return all;
  }

  const std::string scram_ =
      "security.protocol: sasl_ssl\n"
      "sasl.mechanism: SCRAM-SHA-512\n"
      "sasl.username: kip\n"
      "sasl.password_file: password\n";
  fs::path folder_;
  Problems problems_;
};

TEST_F(SettingsTest, TakesUserAndPasswordOverTls) {
  const auto got = settings(scram_ + "ssl.ca.location: ca.pem\nlinger.ms: 20\n");
  EXPECT_THAT(problems_, testing::IsEmpty());
  const KafkaSettings want = {{"security.protocol", "sasl_ssl"},
                              {"sasl.mechanism", "SCRAM-SHA-512"},
                              {"sasl.username", "kip"},
                              {"sasl.password", "canary-password"},
                              {"ssl.ca.location", (folder_ / "ca.pem").string()},
                              {"linger.ms", "20"}};
  EXPECT_EQ(got, want);
}

TEST_F(SettingsTest, ReadsASecretWithoutItsNewlineAndNothingElse) {
  for (const auto& [bytes, secret] : {std::pair{" a b \r\n", " a b "}, {"x", "x"}, {"x\n", "x"}}) {
    file("password", bytes);
    EXPECT_EQ(settings(scram_)["sasl.password"], secret);
  }
  file("password", "\n");
  EXPECT_EQ(said(scram_), "kafka.yaml:4: sasl.password_file: the file is empty\n");
  for (const std::string& bytes :
       {std::string("one\ntwo\n"), std::string("a\0b", 3), std::string(5000, 'x')}) {
    file("password", bytes);
    EXPECT_EQ(said(scram_),
              "kafka.yaml:4: sasl.password_file: the file must hold the secret as its one line, at "
              "most 4096 bytes\n");
  }
}

TEST_F(SettingsTest, RefusesSecretsThatOthersMayRead) {
  using enum fs::perms;
  for (const fs::perms open : {others_read, others_write, group_write}) {
    file("password", "canary", owner_read | open);
    EXPECT_EQ(said(scram_),
              "kafka.yaml:4: sasl.password_file: the file is open to other users: make it mode "
              "600\n");
    file("client.key", "canary", owner_read | open);
    EXPECT_THAT(said("security.protocol: ssl\nssl.key.location: client.key\n"
                     "ssl.certificate.location: ca.pem\n"),
                HasSubstr("ssl.key.location: the file is open to other users"));
  }
  file("password", "canary", owner_read | group_read);  // of a group that shares it
  EXPECT_EQ(said(scram_), "");
}

TEST_F(SettingsTest, SaysNothingOfASecretAndOfTheNameOfItsFile) {
  const std::string all =
      said(scram_ +
           "sasl.password: canary-1\nsasl.pasword: canary-2\nssl.key.password: canary-3\n"
           "ssl.key.password_file: canary-4\nssl.ca.location: canary-5\n");
  EXPECT_THAT(all, Not(HasSubstr("canary")));
  EXPECT_THAT(all, HasSubstr("kafka.yaml:5: sasl.password: refused: a secret does not stand in a"));
  EXPECT_THAT(all, HasSubstr("kafka.yaml:6: sasl.pasword: unknown key; nearest: sasl.password\n"));
  EXPECT_THAT(all, HasSubstr("kafka.yaml:8: ssl.key.password_file: there is no such file"));
}

TEST_F(SettingsTest, RefusesWhatLosesMessagesWithItsReason) {
  const std::pair<const char*, const char*> wanted[] = {
      {"partition.assignment.strategy: cooperative-sticky", "loses about one message in a hundred"},
      {"enable.auto.commit: true", "lost when the process ends"},
      {"enable.auto.offset.store: true", "lost when the process ends"},
      {"acks: 1", "is lost with it"},
      {"enable.idempotence: false", "doubles messages"},
      {"isolation.level: read_uncommitted", "told twice"},
      {"auto.offset.reset: latest", "leaves out what was sent before"},
      {"transactional.id: mine", "a replaced owner is not shut out"},
      {"message.timeout.ms: 1", "give messages up"},
      {"ssl.endpoint.identification.algorithm: none", "can stand in for a broker"},
      {"enable.ssl.certificate.verification: false", "can stand in for a broker"},
      {"debug: all", "what must stay secret"},
  };
  for (const auto& [line, why] : wanted) {
    const std::string key = std::string(line).substr(0, std::string(line).find(':'));
    EXPECT_THAT(said(line), testing::StartsWith("kafka.yaml:1: " + key + ": refused: ")) << line;
    EXPECT_THAT(said(line), HasSubstr(why)) << line;
  }
  // Whatever its value: also the one that Kịp sets itself.
  for (const RefusedSetting& refused : settings_refused())
    EXPECT_THAT(said(std::string(refused.name) + ":\n"), HasSubstr("refused: ")) << refused.name;
}

TEST_F(SettingsTest, IsAClosedList) {
  EXPECT_THAT(
      said("sasl.kerberos.service.name: kafka\n"),
      testing::StartsWith("kafka.yaml:1: sasl.kerberos.service.name: unknown key; nearest: "));
  EXPECT_EQ(said("linger.mss: 5\n"), "kafka.yaml:1: linger.mss: unknown key; nearest: linger.ms\n");
  EXPECT_EQ(said("linger.ms:\n"), "kafka.yaml:1: linger.ms: has no value\n");
  EXPECT_EQ(said("linger.ms: 5\nlinger.ms: 6\n"), "kafka.yaml:2: linger.ms: stands twice\n");
  std::set<std::string_view> names;
  for (const Setting& setting : settings_allowed()) EXPECT_TRUE(names.insert(setting.name).second);
  for (const auto& refused : settings_refused()) EXPECT_TRUE(names.insert(refused.name).second);
}

TEST_F(SettingsTest, HoldsValuesToTheirBounds) {
  EXPECT_EQ(
      said("message.max.bytes: 1000\n"),
      "kafka.yaml:1: message.max.bytes: must be a whole number from 4194304 to 100000000, not "
      "'1000'\n");
  EXPECT_THAT(said("security.protocol: SSL3\n"), HasSubstr("none of plaintext, ssl, sasl_plain"));
  EXPECT_THAT(said("client.id: ''\n"), HasSubstr("must be a text of 1 to 255 bytes"));
  for (const Setting& s : settings_allowed()) {
    if (s.name == "message.max.bytes") {
      EXPECT_EQ(std::to_string(s.min), kMessageBytesMax);
    }
  }
  // What librdkafka itself would not take is no part of the list.
  for (const Setting& s : settings_allowed()) {
    if (s.kind != SettingKind::kInteger) continue;
    for (const std::int64_t value : {s.min, s.max}) {
      const std::string line = std::string(s.name) + ": " + std::to_string(value) + "\n";
      KafkaOptions kafka{.settings = settings(line)};
      EXPECT_THAT(problems_, testing::IsEmpty()) << line;
      const Status made = usable(kafka);
      EXPECT_TRUE(made) << line << (made ? "" : made.error().message);
    }
  }
}

TEST_F(SettingsTest, WantsWhatBelongsTogether) {
  EXPECT_EQ(said("security.protocol: sasl_ssl\n"),
            "kafka.yaml:1: security.protocol: needs sasl.mechanism\n"
            "kafka.yaml:1: security.protocol: needs sasl.username\n"
            "kafka.yaml:1: security.protocol: needs sasl.password_file\n");
  EXPECT_EQ(said("ssl.ca.location: ca.pem\n"),
            "kafka.yaml:1: ssl.ca.location: needs security.protocol: ssl or sasl_ssl\n");
  EXPECT_EQ(said("security.protocol: ssl\nsasl.username: kip\n"),
            "kafka.yaml:2: sasl.username: needs security.protocol: sasl_ssl or sasl_plaintext\n");
  EXPECT_EQ(said("security.protocol: ssl\nssl.certificate.location: ca.pem\n"),
            "kafka.yaml:2: ssl.certificate.location: needs ssl.key.location\n");
  std::string plain = scram_;
  plain.replace(plain.find("sasl_ssl"), 8, "sasl_plaintext");
  EXPECT_EQ(said(plain), "");
  plain.replace(plain.find("SCRAM-SHA-512"), 13, "PLAIN");
  EXPECT_EQ(said(plain),
            "kafka.yaml:2: sasl.mechanism: PLAIN shows the password to the network without TLS\n");
}

TEST_F(SettingsTest, GivesEachClientWhatIsForIt) {
  EXPECT_TRUE(fits_producer("linger.ms"));
  EXPECT_FALSE(fits_consumer("linger.ms"));
  EXPECT_TRUE(fits_consumer("queued.min.messages"));
  EXPECT_FALSE(fits_producer("queued.min.messages"));
  for (const char* both : {"sasl.password", "ssl.ca.location", "client.id"})
    EXPECT_TRUE(fits_producer(both) && fits_consumer(both)) << both;
}

TEST_F(SettingsTest, LoadsAFileWithPathsBesideItAndAllItsMistakes) {
  file("kafka.yaml", scram_);
  const auto got = load_kafka_settings((folder_ / "kafka.yaml").string());
  ASSERT_TRUE(got);
  EXPECT_EQ(got->at("sasl.password"), "canary-password");
  file("kafka.yaml", "acks: 1\nlinger.ms: x\n");
  const auto bad = load_kafka_settings((folder_ / "kafka.yaml").string());
  ASSERT_FALSE(bad);
  EXPECT_THAT(bad.error().message, HasSubstr("kafka.yaml:1: acks: refused"));
  EXPECT_THAT(bad.error().message, HasSubstr("kafka.yaml:2: linger.ms: must be"));
  EXPECT_EQ(load_kafka_settings((folder_ / "none").string()).error().code, Errc::kNotFound);
  EXPECT_EQ(load_kafka_settings(folder_.string()).error().code, Errc::kNotFound);
}

TEST_F(SettingsTest, WillNotUseACertificateThatIsNone) {
  KafkaOptions kafka{.settings = settings("security.protocol: ssl\nssl.ca.location: ca.pem\n")};
  const Status made = usable(kafka);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, Errc::kInvalid);
  EXPECT_THAT(made.error().message, HasSubstr("the file in ssl.ca.location is not in PEM"));
}

// The sample names every key, with its help.
TEST_F(SettingsTest, TheSampleIsWhole) {
  std::ifstream in(std::string(KIP_SOURCE_DIR) + "/deploy/city/kafka.yaml");
  ASSERT_TRUE(in);
  std::ostringstream text;
  text << in.rdbuf();
  for (const Setting& setting : settings_allowed()) {
    EXPECT_THAT(text.str(), HasSubstr("# " + std::string(setting.help) + "\n")) << setting.name;
    EXPECT_THAT(text.str(), testing::ContainsRegex("\n#?" + std::string(setting.name) + ": "));
  }
}

}  // namespace
}  // namespace kip
