#include "tests/stack/options.h"

#include <charconv>
#include <cstring>
#include <map>
#include <string_view>

namespace example {

std::expected<Options, std::string> parse_options(std::span<const char* const> arguments) {
  Options options;
  const std::map<std::string_view, std::string*> single{
      {"--name", &options.name},     {"--control", &options.control}, {"--log", &options.log},
      {"--policy", &options.policy}, {"--token", &options.token},     {"--off", &options.off}};
  const std::map<std::string_view, std::vector<std::string>*> repeated{{"--state", &options.states},
                                                                       {"--universe", &options.universes},
                                                                       {"--trades", &options.trades},
                                                                       {"--blob", &options.blobs}};
  for (std::size_t i = 0; i < arguments.size(); i += 2) {
    const std::string flag = arguments[i];
    if (i + 1 == arguments.size()) return std::unexpected(flag + " needs a value");
    const char* value = arguments[i + 1];
    if (const auto one = single.find(flag); one != single.end()) {
      *one->second = value;
    } else if (const auto many = repeated.find(flag); many != repeated.end()) {
      many->second->push_back(value);
    } else if (flag == "--port") {
      const char* end = value + std::strlen(value);
      const auto [stop, error] = std::from_chars(value, end, options.port);
      if (error != std::errc{} || stop != end || options.port < 0 || options.port > 65535) {
        return std::unexpected("--port: not a port: " + std::string(value));
      }
    } else {
      return std::unexpected("unknown option " + flag);
    }
  }
  if (options.name.empty()) return std::unexpected("--name is missing");
  return options;
}

}  // namespace example
