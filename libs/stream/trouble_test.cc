#include "stream/trouble.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/x509_vfy.h>

#include "stream/client.h"

namespace kip {
namespace {

using Kind = Trouble::Kind;
using testing::HasSubstr;

constexpr const char* kBroker = "sasl_ssl://h:9093/bootstrap: ";

void expect(Kind kind, const std::string& words, const std::string& told, int certificate = 0) {
  const auto trouble = trouble_with(kBroker + told, certificate);
  ASSERT_TRUE(trouble) << told;
  EXPECT_EQ(trouble->kind, kind) << told;
  EXPECT_THAT(trouble->words, testing::StartsWith("kafka h:9093: ")) << told;
  EXPECT_THAT(trouble->words, HasSubstr(words)) << told;
  EXPECT_THAT(trouble->words, testing::Not(HasSubstr("(after"))) << told;
}

TEST(Trouble, NamesTheCauseOfABadCertificateThatLibrdkafkaKeepsToItself) {
  const std::string told =
      "SSL handshake failed: error:0A000086:SSL routines::certificate verify failed: broker "
      "certificate could not be verified, verify that ssl.ca.location is correctly configured "
      "(after 43ms in state SSL_HANDSHAKE)";
  expect(Kind::kRefused, "ssl.ca.location", told, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
  expect(Kind::kRefused, "another host name", told, X509_V_ERR_HOSTNAME_MISMATCH);
  expect(Kind::kRefused, "another host name", told, X509_V_ERR_IP_ADDRESS_MISMATCH);
  expect(Kind::kRefused, "has expired", told, X509_V_ERR_CERT_HAS_EXPIRED);
  expect(Kind::kRefused, "not valid yet", told, X509_V_ERR_CERT_NOT_YET_VALID);
  expect(Kind::kRefused, "verify error 26", told, X509_V_ERR_INVALID_PURPOSE);
}

TEST(Trouble, TellsUserMechanismAndClientCertificateApart) {
  expect(Kind::kRefused, "the user or the password is wrong",
         "SASL authentication error: Authentication failed during authentication due to invalid "
         "credentials with SASL mechanism SCRAM-SHA-512 (after 337ms in state AUTH_REQ)");
  expect(Kind::kRefused, "does not take this sasl.mechanism, but SCRAM-SHA-512",
         "SASL SCRAM-SHA-256 mechanism handshake failed: Broker: Unsupported SASL mechanism: "
         "broker's supported mechanisms: SCRAM-SHA-512 (after 301ms in state AUTH_HANDSHAKE)");
  expect(Kind::kRefused, "wants to see a certificate of ours",
         "Receive failed: error:0A000412:SSL routines::sslv3 alert bad certificate: SSL alert "
         "number 42 (after 0ms in state APIVERSION_QUERY)");
  expect(Kind::kRefused, "does not accept our certificate",
         "Receive failed: error:0A000416:SSL routines::sslv3 alert certificate unknown: SSL alert "
         "number 46 (after 21ms in state APIVERSION_QUERY)");
}

TEST(Trouble, ABrokerThatBreaksTheLogInOffDidNotRefuseThePassword) {
  for (const char* why : {"Local: Timed out", "Local: Broker transport failure", "Disconnected"}) {
    expect(Kind::kAway, "it broke off while we showed who we are",
           std::string("SASL authentication error: SaslAuthenticateRequest failed: ") + why +
               " (after 9000ms in state AUTH_REQ)");
  }
  expect(Kind::kAway, "it broke off",
         "SASL SCRAM-SHA-512 mechanism handshake failed: Local: Timed out: broker's supported "
         "mechanisms:  (after 9000ms in state AUTH_HANDSHAKE)");
}

TEST(Trouble, AMismatchMayBeABrokerThatOnlyComesUp) {
  expect(Kind::kMismatch, "without TLS",
         "Disconnected while requesting ApiVersion: might be caused by incorrect security.protocol "
         "configuration (connecting to a SSL listener?) or broker version is < 0.10 (see "
         "api.version.request) (after 2ms in state APIVERSION_QUERY)");
  expect(Kind::kMismatch, "must be sasl_ssl",
         "Disconnected: verify that security.protocol is correctly configured, broker might "
         "require SASL authentication (after 343ms in state UP)");
  expect(Kind::kMismatch, "speaks no TLS",
         "SSL handshake failed: error:0A000126:SSL routines::unexpected eof while reading (after "
         "0ms in state SSL_HANDSHAKE)");
}

TEST(Trouble, ABrokerThatIsAwayHealsByItself) {
  expect(Kind::kAway, "connection refused",
         "Connect to ipv4#127.0.0.1:1 failed: Connection refused (after 0ms in state CONNECT)");
  expect(Kind::kAway, "host name is not known",
         "Failed to resolve 'h:9093': Name or service not known (after 1ms in state CONNECT)");
  expect(Kind::kAway, "does not answer", "Connection setup timed out in state CONNECT (after 30s)");
  expect(Kind::kAway, "something new", "something new (after 1ms in state UP)");
  EXPECT_FALSE(trouble_with("h:9092/1: Disconnected (after 600000ms in state UP)", 0));
}

TEST(Trouble, TakesTheTopicOfAMissingRightFromTheLog) {
  const auto missing = trouble_in_log(
      "TxnCoordinator/1: Failed to add partition \"kip.alerts.v1\" [3] to transaction: Broker: "
      "Topic "
      "authorization failed");
  ASSERT_TRUE(missing);
  EXPECT_EQ(missing->kind, Kind::kRefused);
  EXPECT_EQ(missing->words, no_right("Write", "topic", "kip.alerts.v1").message);
  // Told by the call under way, or no trouble.
  EXPECT_FALSE(
      trouble_in_log("Current transaction failed in state BeginCommit: Failed to add "
                     "partition(s) (after 1 ms) (TOPIC_AUTHORIZATION_FAILED)"));
  EXPECT_FALSE(trouble_in_log("Failed to acquire transactional PID: x: retrying"));
  EXPECT_EQ(trouble_in_log("something new")->words, "kafka: something new");
}

TEST(Trouble, AMissingRightSaysTheLineThatGrantsIt) {
  EXPECT_EQ(no_right("Write", "topic", "kip.dead.v1").message,
            "kafka: no right to write the topic kip.dead.v1: kafka-acls --add --allow-principal "
            "User:... --operation Write --topic kip.dead.v1");
  EXPECT_EQ(no_right("Create", "cluster", "").message,
            "kafka: no right to create the cluster: kafka-acls --add --allow-principal User:... "
            "--operation Create --cluster");
  for (const auto code :
       {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED,
        RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
        RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED}) {
    EXPECT_EQ(kafka_error("x", code).code, Errc::kInvalid);  // no retry
  }
  EXPECT_EQ(kafka_error("x", RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT).code, Errc::kUnavailable);
}

}  // namespace
}  // namespace kip
