#include "stream/trouble.h"

#include <openssl/x509_vfy.h>

#include <algorithm>
#include <cctype>

namespace kip {
namespace {

using TroubleKind = Trouble::Kind;

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// "sasl_ssl://h:9093/bootstrap: why (after 3ms in state X)" -> "h:9093" and "why".
struct Told {
  std::string_view broker, why;
};
Told split(std::string_view text) {
  Told out;
  const auto colon = text.find(": ");
  if (colon == std::string_view::npos) return {"", text};
  out.broker = text.substr(0, colon);
  out.why = text.substr(colon + 2);
  if (const auto at = out.broker.find("://"); at != std::string_view::npos)
    out.broker.remove_prefix(at + 3);
  out.broker = out.broker.substr(0, out.broker.find('/'));
  if (const auto at = out.why.rfind(" (after "); at != std::string_view::npos)
    out.why = out.why.substr(0, at);
  return out;
}

std::string certificate_words(int error) {
  switch (error) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return "the broker's certificate is for another host name: use the name that stands in it "
             "(--kafka, advertised.listeners of the broker), or have one made for this name";
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return "the broker's certificate has expired: it must be renewed there";
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "the broker's certificate is not valid yet: look at the clocks of both machines";
    case X509_V_ERR_CERT_REVOKED:
      return "the broker's certificate was taken back (ssl.crl.location)";
    case X509_V_ERR_UNABLE_TO_GET_CRL:
    case X509_V_ERR_CRL_HAS_EXPIRED:
      return "ssl.crl.location holds no valid list of the authority that signed the broker's "
             "certificate";
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
      return "the broker's certificate is signed by nobody whom we trust: name the file of its "
             "authority with ssl.ca.location";
    default:
      return "the broker's certificate is not accepted (OpenSSL verify error " +
             std::to_string(error) + ")";
  }
}

struct Known {
  std::string_view part;  // of librdkafka's text
  TroubleKind kind;
  std::string_view words;
};
constexpr Known kKnown[] = {
    {"Unsupported SASL mechanism", TroubleKind::kRefused, ""},  // see mechanism_words
    {"Request not valid in current SASL state", TroubleKind::kMismatch,
     "this listener asks for no user: take the port of the one that does, or another "
     "security.protocol"},
    {"SASL authentication error", TroubleKind::kRefused,
     "the user or the password is wrong: see sasl.username and sasl.password_file"},
    {"might require SASL authentication", TroubleKind::kMismatch,
     "it hangs up on who shows no user: security.protocol must be sasl_ssl, or sasl_plaintext"},
    {"connecting to a SSL listener", TroubleKind::kMismatch,
     "it hangs up on a connection without TLS: security.protocol must be ssl or sasl_ssl, or the "
     "port is that of another listener"},
    {"connecting to a PLAINTEXT broker", TroubleKind::kMismatch,
     "it speaks no TLS: take the port of the listener that does, or another security.protocol"},
    {"unexpected eof while reading", TroubleKind::kMismatch,
     "it speaks no TLS: take the port of the listener that does, or another security.protocol"},
    {"wrong version number", TroubleKind::kMismatch,
     "it speaks no TLS: take the port of the listener that does, or another security.protocol"},
    {"alert bad certificate", TroubleKind::kRefused,
     "the broker wants to see a certificate of ours: set ssl.certificate.location and "
     "ssl.key.location"},
    {"alert certificate required", TroubleKind::kRefused,
     "the broker wants to see a certificate of ours: set ssl.certificate.location and "
     "ssl.key.location"},
    {"alert certificate expired", TroubleKind::kRefused,
     "our certificate has expired: ssl.certificate.location must be renewed"},
    {"alert certificate revoked", TroubleKind::kRefused, "our certificate was taken back"},
    {"alert certificate unknown", TroubleKind::kRefused,
     "the broker does not accept our certificate (ssl.certificate.location): its authority must "
     "be one that the broker trusts"},
    {"alert unknown ca", TroubleKind::kRefused,
     "the broker does not accept our certificate (ssl.certificate.location): its authority must "
     "be one that the broker trusts"},
    {"alert handshake failure", TroubleKind::kRefused,
     "no TLS that both sides know, or the broker wants to see a certificate of ours"},
    {"Invalid response size", TroubleKind::kMismatch,
     "what answers there is no Kafka: is it the port?"},
    {"Connection refused", TroubleKind::kAway, "nobody listens there (connection refused)"},
    {"Failed to resolve", TroubleKind::kAway, "this host name is not known"},
    {"Connection setup timed out", TroubleKind::kAway, "it does not answer"},
    {"timed out", TroubleKind::kAway, "it does not answer"},
};

// "...: broker's supported mechanisms: SCRAM-SHA-512"
std::string mechanism_words(std::string_view why) {
  constexpr std::string_view kBefore = "supported mechanisms: ";
  const auto at = why.find(kBefore);
  const std::string takes(at == std::string_view::npos ? "" : why.substr(at + kBefore.size()));
  return "the broker does not take this sasl.mechanism" + (takes.empty() ? "" : ", but " + takes);
}

}  // namespace

std::optional<Trouble> trouble_with(std::string_view text, int certificate_error) {
  const Told told = split(text);
  const std::string who = "kafka " + std::string(told.broker) + ": ";
  if (has(told.why, "certificate verify failed"))
    return Trouble{TroubleKind::kRefused, who + certificate_words(certificate_error)};
  // What librdkafka itself has broken off: a broker that is slow or goes, not one that says no.
  if (told.why.starts_with("SASL") && (has(told.why, "Local: ") || has(told.why, "Disconnected")))
    return Trouble{TroubleKind::kAway, who + "it broke off while we showed who we are"};
  for (const auto& [part, kind, words] : kKnown) {
    if (!has(told.why, part)) continue;
    return Trouble{kind, who + (words.empty() ? mechanism_words(told.why) : std::string(words))};
  }
  // A broker that restarts, or an idle connection that it closes.
  if (told.why.starts_with("Disconnected")) return std::nullopt;
  return Trouble{TroubleKind::kAway, who + std::string(told.why)};
}

std::optional<Trouble> trouble_in_log(std::string_view text) {
  // TxnCoordinator/1: Failed to add partition "TOPIC" [0] to transaction: Broker: Topic
  // authorization failed
  constexpr std::string_view kBefore = "Failed to add partition \"";
  if (has(text, "uthorization failed") || has(text, "AUTHORIZATION_FAILED")) {
    const auto at = text.find(kBefore);
    if (at == std::string_view::npos) return std::nullopt;  // the call under way tells it
    const std::string_view rest = text.substr(at + kBefore.size());
    return Trouble{TroubleKind::kRefused,
                   no_right("Write", "topic", std::string(rest.substr(0, rest.find('"')))).message};
  }
  if (text.ends_with(": retrying")) return std::nullopt;
  return Trouble{TroubleKind::kAway, "kafka: " + std::string(text)};
}

bool is_missing_right(rd_kafka_resp_err_t code) {
  return code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED ||
         code == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED ||
         code == RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED ||
         code == RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED;
}

Error no_right(const std::string& operation, const std::string& kind, const std::string& name) {
  const bool cluster = kind == "cluster";
  std::string verb = operation;
  std::transform(verb.begin(), verb.end(), verb.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return invalid("kafka: no right to " + verb + " the " + kind + (cluster ? "" : " " + name) +
                 ": kafka-acls --add --allow-principal User:... --operation " + operation + " --" +
                 kind + (cluster ? "" : " " + name));
}

}  // namespace kip
