#include "app/serving.h"

namespace kip {

Result<web::ServerOptions> server_options(const ServingArguments& arguments) {
  web::ServerOptions server;
  const std::string& http = arguments.http;
  const std::size_t colon = http.rfind(':');
  const std::string port = colon == std::string::npos ? "" : http.substr(colon + 1);
  const bool digits = !port.empty() && port.size() <= 5 &&
                      port.find_first_not_of("0123456789") == std::string::npos;
  if (!digits || std::stoul(port) > 65535 || colon == 0) {
    return invalid("--http must be HOST:PORT, not '" + http + "'");
  }
  server.host = http.substr(0, colon);
  if (server.host.starts_with('[') && server.host.ends_with(']')) {
    server.host = server.host.substr(1, server.host.size() - 2);
  }
  server.port = static_cast<std::uint16_t>(std::stoul(port));
  server.token_file = arguments.token_file;
  if (Status usable = web::Server::check(server); !usable) return usable.error();
  return server;
}

Result<Serving> serve(web::ServerOptions options, Service& service, const ApiOptions& api) {
  const std::string host = options.host;
  auto server = web::Server::start(std::move(options), make_routes(service, api));
  if (!server) return server.error();
  Serving serving;
  serving.server = std::move(*server);
  serving.address = "http://" + (host.find(':') == std::string::npos ? host : "[" + host + "]") +
                    ":" + std::to_string(serving.server->port()) + "/";
  return serving;
}

}  // namespace kip
