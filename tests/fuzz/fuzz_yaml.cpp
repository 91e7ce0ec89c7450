// Configuration: no file crashes the reader, and every wrong one is a problem.
#include "base/http/web/web_config.h"
#include "base/yaml/yaml.h"
#include "tests/fuzz/target.h"

namespace {

// Reads nodes in every way there is: at most as many, because each notes what was wrong with it.
constexpr int kEnough = 1000;

void read(const base::yaml::Node& node, int depth, int& seen) {
  if (++seen > kEnough) return;
  fuzz::require(depth < 100, "nesting is bounded");
  node.string();
  node.boolean();
  node.integer(0, -10, 10);
  node.number(0, -10, 10);
  node.duration(std::chrono::seconds(1));
  node.one_of({"a", "b"}, "a");
  node.required("name").non_empty_string();
  node.optional("list").strings();
  if (node.is_map()) {
    node.only({"name", "list"});
    node.string_map();
    for (const auto& [key, child] : node.entries()) read(child, depth + 1, seen);
  }
  if (node.is_list()) {
    for (const auto& child : node.items()) read(child, depth + 1, seen);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  base::yaml::Problems problems;
  const auto root = base::yaml::parse({reinterpret_cast<const char*>(data), size}, "fuzz.yml", problems);
  if (!root.present()) {
    fuzz::require(!problems.empty(), "what cannot be read is a problem");
    return 0;
  }
  int seen = 0;
  read(root, 0, seen);
  base::http::read_web_config(root, "/etc/salus");
  problems.str();
  return 0;
}
