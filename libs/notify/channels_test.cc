// channels.yaml: what is right is read, what is wrong is named with line and key, no secret is
// told.

#include "notify/channels.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "support/files.h"

namespace kip {
namespace {

using Said = std::vector<std::string>;

class Channels : public ::testing::Test {
 protected:
  void SetUp() override {
    folder = ::testing::TempDir() + "kip-channels-XXXXXX";
    ASSERT_NE(mkdtemp(folder.data()), nullptr);
    secret("mail", "canary-mail");
    secret("hook", "canary-hook");
    secret("refresh", "canary-refresh");
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  void secret(const std::string& name, const std::string& text, mode_t mode = 0600) {
    std::ofstream(folder + "/" + name) << text << "\n";
    chmod((folder + "/" + name).c_str(), mode);
  }

  ChannelsConfig read(const std::string& text) {
    problems.clear();
    return read_channels(Reader::parse("channels.yaml", text, problems), folder);
  }
  Said said(const std::string& text) {
    read(text);
    Said out;
    for (const Problem& problem : problems) {
      out.push_back(to_string(problem));
      EXPECT_EQ(out.back().find("canary"), std::string::npos) << out.back();
    }
    return out;
  }
  // The problems of one channel after a head that allows some hosts.
  Said said_of(const std::string& channel) {
    Said out = said(kHead + "channels:\n  - " + channel + "\n");
    for (std::string& one : out) one.erase(0, std::string("channels.yaml:").size());
    return out;
  }
  ChannelOptions one(const std::string& channel) {
    ChannelsConfig config = read(kHead + "channels:\n  - " + channel + "\n");
    for (const Problem& problem : problems) ADD_FAILURE() << to_string(problem);
    return config.channels.empty() ? ChannelOptions{} : config.channels.front();
  }

  const std::string kHead =
      "version: 1\n"
      "outgoing: {hosts: [mail.example, gate.example, 127.0.0.1], networks: [127.0.0.1]}\n"
      "tokens: [{name: zalo, url: 'https://gate.example/t', form: 'r={{refresh_token}}', "
      "refresh_token_file: refresh}]\n";
  std::string folder;
  Problems problems;
};

TEST_F(Channels, TheShippedFileWritesAnOutboxAndNothingElse) {
  const auto config = read(test::shipped("channels.yaml"));
  EXPECT_TRUE(problems.empty());
  ASSERT_EQ(config.channels.size(), 1U);
  EXPECT_EQ(std::get<OutboxOptions>(config.channels[0].what).folder, "outbox");
}

TEST_F(Channels, TheExamplesOfTheShippedFileAreRight) {
  std::string text = test::shipped("channels.yaml"), examples;
  const auto at = text.find("# outgoing:\n");
  ASSERT_NE(at, std::string::npos);
  for (std::size_t i = at; i < text.size();) {
    const auto end = text.find('\n', i);
    std::string line = text.substr(i, end - i);
    line.erase(0, line.starts_with("# ") ? 2 : 1);
    if (line.find("- {name: email") != std::string::npos) examples += "channels:\n";
    examples += line + "\n";
    i = end + 1;
  }
  std::filesystem::create_directory(folder + "/secrets");
  for (const char* name :
       {"zalo_app_secret", "zalo_refresh_token", "mail", "sms_authorization", "gateway"}) {
    secret(std::string("secrets/") + name, "x");
  }
  EXPECT_EQ(said("version: 1\n" + examples), Said{}) << examples;
  EXPECT_EQ(read("version: 1\n" + examples).channels.size(), 4U);
}

TEST_F(Channels, MailIsReadWithItsDefaults) {
  const auto channel =
      one("{name: email, type: smtp, host: Mail.Example, from: kip@ward.example, user: kip, "
          "password_file: mail, retry: {first_s: 5, give_up_h: 2}}");
  const auto& smtp = std::get<SmtpOptions>(channel.what);
  EXPECT_EQ(smtp.server.host, "mail.example");
  EXPECT_EQ(smtp.server.port, 587);
  EXPECT_EQ(smtp.security, SmtpSecurity::kStartTls);
  EXPECT_EQ(smtp.password_file, folder + "/mail");
  EXPECT_EQ(channel.retry.first, std::chrono::seconds(5));
  EXPECT_EQ(channel.retry.cap, std::chrono::seconds(3600));
  EXPECT_EQ(channel.retry.give_up, std::chrono::hours(2));
  EXPECT_EQ(std::get<SmtpOptions>(one("{name: e, type: smtp, host: mail.example, security: tls, "
                                      "from: k@w.example}")
                                      .what)
                .server.port,
            465);
}

TEST_F(Channels, SecretsStandInFilesOnly) {
  const Said in_place = said_of(
      "{name: e, type: smtp, host: mail.example, from: k@w.example, user: kip, password: canary}");
  ASSERT_EQ(in_place.size(), 2U);
  EXPECT_TRUE(
      in_place[0].starts_with("5: channels[0].password: a secret never stands in this file"))
      << in_place[0];
  EXPECT_EQ(in_place[1], "5: channels[0].user: user and password_file belong together");
  EXPECT_EQ(said_of("{name: e, type: smtp, host: mail.example, from: k@w.example, user: kip, "
                    "password_file: canary-itself}"),
            Said{"5: channels[0].password_file: there is no such file"});
  secret("empty", "");
  secret("two", "a\nb");
  EXPECT_EQ(said_of("{name: h, type: webhook, url: 'https://gate.example', body: '{}', "
                    "secret_file: empty}"),
            Said{"5: channels[0].secret_file: the file is empty"});
  EXPECT_EQ(said_of("{name: h, type: webhook, url: 'https://gate.example', body: '{}', "
                    "secret_file: two}"),
            Said{"5: channels[0].secret_file: the file must hold the secret as its one line"});
  EXPECT_EQ(said_of("{name: h, type: webhook, url: 'https://gate.example', body: '{}', "
                    "secret_file: hook, headers: [{name: X-Api-Key, value: canary}]}"),
            Said{"5: channels[0].headers[0].value: what sounds like a secret comes from a file: "
                 "value_file"});
  EXPECT_EQ(
      said("version: 1\noutgoing: {hosts: [gate.example]}\nchannels: [{name: o, type: outbox}]"
           "\ntokens: [{name: z, url: 'https://gate.example', refresh_token_file: refresh, "
           "form: 'client_secret=canary', access_token: canary}]\n"),
      (Said{"channels.yaml:4: tokens[0].form: a secret never stands in this file: {{secret}} "
            "is that of secret_file",
            "channels.yaml:4: tokens[0].access_token: must be where it stands in the answer, "
            "such as $.access_token"}));
}

TEST_F(Channels, EachValueOfAFormIsLookedAtForASecret) {
  const auto found = [&](const std::string& form) {
    return said(
        "version: 1\noutgoing: {hosts: [gate.example]}\nchannels: [{name: o, type: outbox}]"
        "\ntokens: [{name: z, url: 'https://gate.example', secret_file: hook, form: '" +
        form + "'}]\n");
  };
  const Said refused = {
      "channels.yaml:4: tokens[0].form: a secret never stands in this file: {{secret}} is that of "
      "secret_file"};
  EXPECT_EQ(found("app_secret={{secret}}&client_secret={{secret}}"), Said{});
  EXPECT_EQ(found("app_secret={{secret}}&client_secret=canary"), refused);
  EXPECT_EQ(found("a=b&password={{secret}}&refresh_token={{refresh_token}}&old_password=canary"),
            refused);
}

TEST_F(Channels, TheHeaderOfATokenIsTheNameOfAHeader) {
  const auto hook = [](const std::string& header) {
    return "{name: h, type: webhook, url: 'https://gate.example', body: '{}', secret_file: hook, "
           "token: zalo, token_header: '" +
           header + "'}";
  };
  EXPECT_EQ(std::get<WebhookOptions>(one(hook("X-Token")).what).token_prefix, "");
  EXPECT_EQ(std::get<WebhookOptions>(one(hook("AUTHORIZATION")).what).token_prefix, "Bearer ");
  for (const char* none : {"X Token", "X-Token:", "Mã", "a(b)"}) {
    EXPECT_EQ(said_of(hook(none)), Said{"5: channels[0].token_header: is no name of a header"});
  }
  for (const char* ours : {"Kip-Signature", "Content-Length", "idempotency-key"}) {
    EXPECT_EQ(said_of(hook(ours)),
              Said{"5: channels[0].token_header: Kịp writes this header itself"});
  }
}

TEST_F(Channels, ASecretThatOthersMayReadIsARemarkAndNoProblem) {
  secret("open", "canary", 0644);
  const auto config = read(kHead +
                           "channels:\n  - {name: h, type: webhook, url: 'https://gate.example', "
                           "body: '{}', secret_file: open}\n");
  EXPECT_TRUE(problems.empty());
  ASSERT_EQ(config.remarks.size(), 1U);
  EXPECT_EQ(to_string(config.remarks[0]),
            "channels.yaml:5: channels[0].secret_file: every user of this machine may read that "
            "file: make it mode 600");
}

TEST_F(Channels, OnlyListedHostsAndNoPlainBeyondThisMachine) {
  EXPECT_EQ(said_of("{name: h, type: webhook, url: 'https://gate.exampel/x', body: '{}', "
                    "secret_file: hook}"),
            Said{"5: channels[0].url: 'gate.exampel' is not among outgoing.hosts; nearest: "
                 "gate.example"});
  EXPECT_EQ(said_of("{name: h, type: webhook, url: 'http://gate.example/x', body: '{}', "
                    "secret_file: hook}"),
            Said{"5: channels[0].url: must begin with https://: without TLS everybody on the way "
                 "reads along"});
  one("{name: h, type: webhook, url: 'http://gate.example/x', body: '{}', secret_file: hook, "
      "allow_plain: true}");
  one("{name: h, type: webhook, url: 'http://127.0.0.1:8080/x', body: '{}', secret_file: hook}");
  EXPECT_EQ(said_of("{name: e, type: smtp, host: mail.example, security: none, from: k@w.example}"),
            Said{"5: channels[0].security: none is for this machine only: mail and password would "
                 "go in the clear"});
  for (const char* url :
       {"https://user:canary@gate.example/", "ftp://gate.example", "gate.example",
        "file:///etc/passwd", "https://gate.example/#x", "'https://gate.example/ x'", "https://"}) {
    const auto found =
        said_of(std::string("{name: h, type: webhook, body: '{}', secret_file: hook, ") +
                "url: " + (url[0] == '\'' ? url : "'" + std::string(url) + "'") + "}");
    ASSERT_EQ(found.size(), 1U) << url;
    EXPECT_TRUE(found[0].starts_with("5: channels[0].url: ")) << found[0];
  }
  EXPECT_EQ(
      said("version: 1\noutgoing: {hosts: [127.0.0.1, 'https://a.b'], networks: [10.0.0.1/8]}\n"
           "channels:\n  - {name: e, type: smtp, host: 127.0.0.1, from: k@w.example}\n"),
      (Said{"channels.yaml:2: outgoing.hosts: 'https://a.b' is no name of a host: no https://, "
            "no port, no *",
            "channels.yaml:2: outgoing.networks: '10.0.0.1/8' is no network such as "
            "10.20.0.0/16",
            "channels.yaml:4: channels[0].host: '127.0.0.1' is loopback and in none of "
            "outgoing.networks"}));
}

// A reload must not end the process for a slip in a name.
TEST_F(Channels, AnAuthorityFileThatCannotBeLookedAtIsNamed) {
  const std::string loop = folder + "/loop", closed = folder + "/closed";
  std::filesystem::create_symlink("loop", loop);
  std::filesystem::create_directory(closed);
  std::filesystem::permissions(closed, std::filesystem::perms::none);
  for (const std::string& name :
       {std::string("loop"), std::string("loop/ca.pem"), std::string(300, 'c'),
        std::string("closed/ca.pem"), std::string("mail/ca.pem"), std::string("closed")}) {
    EXPECT_EQ(said_of("{name: e, type: smtp, host: mail.example, from: k@w.example, ca_file: " +
                      name + "}"),
              Said{"5: channels[0].ca_file: there is no such file that can be read"})
        << name;
  }
  std::filesystem::permissions(closed, std::filesystem::perms::owner_all);
}

TEST_F(Channels, ATemplateMustMakeJsonWhateverTheValuesAre) {
  const auto found = [&](const std::string& body) {
    const Said all = said_of(
        "{name: h, type: webhook, url: 'https://gate.example', secret_file: "
        "hook, body: '" +
        body + "'}");
    return all.empty() ? "" : all[0].substr(std::string("5: channels[0].body: ").size());
  };
  EXPECT_EQ(found(R"({"a":"{{text}}"})"), "");
  EXPECT_EQ(found(R"({"n":{{fields.count}}{{^fields.count}}0{{/fields.count}}})"), "");
  EXPECT_EQ(found(R"({"a":"{{text}}")"), "makes no JSON: is a quote or a comma missing?");
  EXPECT_TRUE(
      found(R"({"n":{{fields.count}}})").starts_with("makes no JSON where a value is empty"));
  EXPECT_EQ(found(R"({"a":"{{txet}}"})"), "{{txet}} is no value; nearest: text");
  EXPECT_TRUE(found(R"({"a":"{{{text}}}"})").find("unescaped") != std::string::npos);
}

TEST_F(Channels, ZaloAndSmsAreWebhooksWithTheirOwnForms) {
  Delivery d;
  d.key = "k1";
  d.recipients = {"0912 345 678"};
  d.text = "Đơn vị \"A\"";
  d.fields = {{"unit", "KT & \"HT\""}};
  const auto zns = std::get<WebhookOptions>(
      one("{name: z, type: zalo_zns, token: zalo, template_id: '301', url: "
          "'https://gate.example/z', "
          "template_data: [{name: don_vi, value: 'ĐV \"{{fields.unit}}\"'}]}")
          .what);
  const auto body = parse_json(zns.body->render(*webhook_values(d, zns)));
  ASSERT_TRUE(body);
  EXPECT_EQ(*body, *parse_json(R"({"phone":"84912345678","template_id":"301","tracking_id":"k1",
                            "template_data":{"don_vi":"ĐV \"KT & \"HT\"\""}})"));
  EXPECT_TRUE(zns.answer.success->holds(*parse_json(R"({"error":0})")));
  EXPECT_EQ(zns.token_header, "access_token");

  const auto oa = std::get<WebhookOptions>(
      one("{name: z, type: zalo_oa, token: zalo, url: 'https://gate.example/z'}").what);
  EXPECT_EQ(oa.body->render(*webhook_values(d, oa)),
            R"({"recipient":{"user_id":"0912 345 678"},"message":{"text":"Đơn vị \"A\""} })");

  const auto sms = std::get<WebhookOptions>(
      one("{name: s, type: sms, url: 'https://gate.example/s', phone: '0', "
          "body: '{\"to\":\"{{recipient}}\",\"text\":\"{{text_plain}}\"}'}")
          .what);
  EXPECT_EQ(sms.body->render(*webhook_values(d, sms)),
            R"({"to":"0912345678","text":"Don vi \"A\""})");
}

TEST_F(Channels, EveryMistakeIsNamedInOneRun) {
  const Said found = said(
      "version: 2\nchannels:\n"
      "  - {name: a, type: mail}\n"
      "  - {name: B!, type: outbox, colour: red}\n"
      "  - {type: webhook, url: 'https://gate.example'}\n"
      "  - {name: z, type: zalo_zns, token: none}\n"
      "  - {name: z, type: outbox, retry: {first_s: 60, cap_s: 30}}\n"
      "extra: 1\n");
  const Said wanted = {
      "1: version: must be a whole number from 1 to 1, not '2'",
      std::string("3: channels[0].type: 'mail' is none of outbox, smtp, webhook, sms, ") +
          "zalo_zns, zalo_oa, alertmanager; nearest: zalo_oa",
      "4: channels[1].name: must be 1 to 32 of a-z, 0-9, - and _",
      "4: channels[1].colour: unknown key; nearest: folder",
      "5: channels[2].name: missing",
      "5: channels[2].url: 'gate.example' is not among outgoing.hosts",
      "5: channels[2].body: missing",
      std::string("5: channels[2].secret_file: missing: a webhook is signed; ") +
          "openssl rand -hex 32 makes a secret",
      "6: channels[3].url: 'business.openapi.zalo.me' is not among outgoing.hosts",
      "6: channels[3].token: 'none' is none of tokens",
      "6: channels[3].template_data: missing",
      "6: channels[3].template_id: missing",
      "7: channels[4].retry.cap_s: is shorter than first_s",
      "7: channels[4].name: 'z' stands twice",
      "8: extra: unknown key; nearest: tokens"};
  ASSERT_EQ(found.size(), wanted.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found[i], "channels.yaml:" + wanted[i]);
  }
  EXPECT_EQ(said("version: 1\nchannels: []\n"),
            Said{"channels.yaml:2: channels: at least one channel is needed; outbox writes files"});
  EXPECT_EQ(
      said_of("{name: h, type: webhook, url: 'https://gate.example', body: '{}', secret_file: "
              "hook, success_when: '$.error = 0', retry_when: ['x'], success_status: [99]}"),
      (Said{"5: channels[0].success_status: '99' is no status from 200 to 499",
            "5: channels[0].success_when: '$.error = 0' is no condition such as $.error == 0",
            "5: channels[0].retry_when: 'x' is no condition such as $.error == 0"}));
  EXPECT_EQ(said_of("{name: h, type: webhook, url: 'https://gate.example', body: '{}'}"),
            Said{"5: channels[0].secret_file: missing: a webhook is signed; openssl rand -hex 32 "
                 "makes a secret"});
}

}  // namespace
}  // namespace kip
