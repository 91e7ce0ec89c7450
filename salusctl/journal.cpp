#include "salusctl/journal.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>

#include "healer/journal/verify.h"

namespace healer::salusctl {
namespace {

constexpr int kBad = 1;
constexpr int kUsage = 2;

// Why the file cannot be read.
std::optional<std::string> obstacle(const std::string& file) {
  struct stat status{};
  if (::stat(file.c_str(), &status) != 0) return std::strerror(errno);
  if (!S_ISREG(status.st_mode)) return "not a regular file";
  if (::access(file.c_str(), R_OK) != 0) return std::strerror(errno);
  return std::nullopt;
}

std::string in_words(const journal::Verified& verified) {
  if (verified.first == 0) return "no records";
  std::string text = fmt::format("records {} to {}, {} to {}", verified.first, verified.last,
                                 base::rfc3339(verified.oldest), base::rfc3339(verified.newest));
  if (verified.retired != 0)
    text += fmt::format("; records up to {} were removed by retention", verified.retired);
  text +=
      verified.checkpoint == 0 ? "; no checkpoint" : fmt::format("; checkpoint at {}", verified.checkpoint);
  if (!verified.head) text += "; no head file, so missing newer records cannot be detected";
  return text;
}

nlohmann::ordered_json to_json(const journal::Verified& verified) {
  nlohmann::ordered_json document{{"whole", true}, {"records", nullptr}};
  if (verified.first != 0) {
    document["records"] = {{"first", verified.first},
                           {"last", verified.last},
                           {"oldest", base::rfc3339(verified.oldest)},
                           {"newest", base::rfc3339(verified.newest)}};
  }
  document["retired"] = verified.retired;
  document["checkpoint"] = verified.checkpoint;
  document["head"] = verified.head;
  return document;
}

}  // namespace

Output verify_journal(const VerifyJournal& wanted) {
  if (const auto why = obstacle(wanted.file))
    return {kUsage, "", fmt::format("salusctl: {}: {}\n", wanted.file, *why)};
  const auto verified = journal::verify(wanted.file);
  const auto print = [](const nlohmann::ordered_json& document) {
    return document.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
  };
  if (!verified) {
    const std::string& why = verified.error().message;
    if (wanted.json) return {kBad, print({{"whole", false}, {"reason", why}}), ""};
    return {kBad, "", fmt::format("salusctl: {}: {}\n", wanted.file, why)};
  }
  if (wanted.json) return {0, print(to_json(*verified)), ""};
  return {0, fmt::format("{} is intact: {}\n", wanted.file, in_words(*verified)), ""};
}

}  // namespace healer::salusctl
