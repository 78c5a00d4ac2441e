#pragma once
// A service behind HTTP: from the words of the command line to a server with its routes.

#include <memory>
#include <string>

#include "app/api.h"

namespace kip {

struct ServingArguments {
  std::string http;  // "HOST:PORT", "[::1]:8080"; empty: none is served
  std::string token_file;
};
// kInvalid: they cannot be served.
Result<web::ServerOptions> server_options(const ServingArguments& arguments);

// A server with the service's routes, and its address ("http://127.0.0.1:8080/"). The service must
// outlive it.
struct Serving {
  std::unique_ptr<web::Server> server;
  std::string address;
};
Result<Serving> serve(web::ServerOptions options, Service& service, const ApiOptions& api);

}  // namespace kip
