#include "healer/actions/action_methods.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <initializer_list>
#include <nlohmann/json.hpp>

#include "healer/actions/containers/container_call.h"
#include "healer/actions/control_file.h"
#include "healer/actions/files/clear_files.h"
#include "healer/actions/http_request.h"
#include "healer/actions/redis/redis_clear.h"
#include "healer/actions/redis/redis_flag.h"
#include "healer/actions/table.h"
#include "healer/actions/undo.h"

namespace healer::actions {
namespace {

using base::yaml::Node;

struct Way {
  std::string_view key;
  std::unique_ptr<Action> (*make)(const Node& parameters, const World& world);
  bool flat = false;  // its key is its only parameter, not a map of parameters
  Targets targets = Targets::kAnyTarget;
};

// Describes its purpose before what it does.
class ForPurpose final : public Action {
 public:
  // `inverse`: the action that undoes this one; empty: none. `undo`: its parameters, if the method cannot
  // know them.
  ForPurpose(std::string_view purpose, std::unique_ptr<Action> way, Targets targets, std::string_view inverse,
             std::optional<Undo> undo)
      : purpose_(purpose),
        way_(std::move(way)),
        targets_(targets),
        inverse_(inverse),
        undo_(std::move(undo)) {}

  Properties properties(Properties usual) const override {
    usual.targets = targets_;
    return usual;
  }
  base::Duration shortest_timeout() const override { return way_->shortest_timeout(); }

  std::string describe(const Target& target) const override {
    return fmt::format("{}: {}", purpose_, way_->describe(target));
  }

  base::Result<Outcome> run(const Target& target, base::Deadline deadline) override {
    auto outcome = way_->run(target, deadline);
    if (!outcome) return outcome;
    if (inverse_.empty()) {
      outcome->undo.reset();
    } else if (outcome->undo) {
      outcome->undo =
          make_undo(inverse_, {{outcome->undo->action, nlohmann::json::parse(outcome->undo->parameters)}});
    } else {
      outcome->undo = undo_;
    }
    return outcome;
  }

  std::optional<Undo> undo_of_failure() const override { return undo_; }

 private:
  std::string_view purpose_;
  std::unique_ptr<Action> way_;
  Targets targets_;
  std::string_view inverse_;
  std::optional<Undo> undo_;
};

// The configured `undo` of a request, which cannot be derived from the request.
std::optional<Undo> read_undo(std::string_view inverse, const Node& node, const World& world) {
  if (!node.present()) return std::nullopt;
  node.only({"http"});
  if (!node.is_map()) return std::nullopt;
  const Node http = node.required("http");
  if (!http.is_map()) return std::nullopt;
  if (make_http_request(http, world) == nullptr) return std::nullopt;
  return make_undo(inverse, {{"http", as_json(http)}});
}

std::unique_ptr<Action> make_one_of(std::string_view purpose, std::initializer_list<Way> ways,
                                    const Node& parameters, const World& world,
                                    std::string_view inverse = "") {
  std::vector<std::string_view> keys;
  std::vector<const Way*> chosen;
  for (const Way& way : ways) {
    keys.push_back(way.key);
    if (parameters.is_map() && parameters.optional(way.key).present()) chosen.push_back(&way);
  }
  if (parameters.is_map()) {
    for (const auto& [key, value] : parameters.entries()) {
      if (std::ranges::find(keys, key) == keys.end() && (key != "undo" || inverse.empty()))
        value.problem(fmt::format("unknown method; expected one of: {}", fmt::join(keys, ", ")));
    }
  }
  if (chosen.size() != 1) {
    parameters.problem(fmt::format("needs exactly one of: {}", fmt::join(keys, ", ")));
    return nullptr;
  }
  const Node own = chosen.front()->flat ? parameters : parameters.optional(chosen.front()->key);
  if (!own.is_map()) {
    own.problem("must be a map");
    return nullptr;
  }
  const Node undo = inverse.empty() ? own : parameters.optional("undo");
  if (!inverse.empty() && undo.present() && chosen.front()->key != "http") {
    undo.problem(
        fmt::format("must not be set with `{}`: its undo is recorded when it runs", chosen.front()->key));
  }
  auto made = chosen.front()->make(own, world);
  if (made == nullptr) return nullptr;
  return std::make_unique<ForPurpose>(purpose, std::move(made), chosen.front()->targets, inverse,
                                      inverse.empty() ? std::nullopt : read_undo(inverse, undo, world));
}

}  // namespace

std::unique_ptr<Action> make_reload_config(const Node& parameters, const World& world) {
  return make_one_of(
      "reload its configuration",
      {{"signal", make_container_signal, true, Targets::kContainers}, {"http", make_http_request}},
      parameters, world);
}

std::unique_ptr<Action> make_disable_module(const Node& parameters, const World& world) {
  return make_one_of("turn the module off",
                     {{"file", make_control_file}, {"http", make_http_request}, {"redis", make_redis_flag}},
                     parameters, world, info("disable_module").undone_by);
}

std::unique_ptr<Action> make_enable_module(const Node& parameters, const World& world) {
  return make_one_of("turn the module on",
                     {{"file", make_control_file}, {"http", make_http_request}, {"redis", make_redis_flag}},
                     parameters, world, info("enable_module").undone_by);
}

std::unique_ptr<Action> make_clear_cache(const Node& parameters, const World& world) {
  return make_one_of("clear the cache",
                     {{"redis", make_redis_clear}, {"http", make_http_request}, {"files", make_clear_files}},
                     parameters, world);
}

}  // namespace healer::actions
