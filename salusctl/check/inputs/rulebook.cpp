#include "salusctl/check/inputs/rulebook.h"

#include <algorithm>
#include <filesystem>

#include "base/text/spelling.h"

namespace healer::salusctl::check {
namespace {

namespace fs = std::filesystem;
using base::yaml::Node;

std::vector<Text> texts(const Node& node) {
  std::vector<Text> found;
  if (!node.present()) return found;
  for (const auto& [name, value] : node.entries()) found.push_back({name, value.string(), value.line()});
  return found;
}

const Text* find(const std::vector<Text>& texts, std::string_view name) {
  const auto found = std::ranges::find(texts, name, &Text::name);
  return found == texts.end() ? nullptr : &*found;
}

Rule read_rule(const Node& node, const std::string& file) {
  Rule rule;
  const Node alert = node.optional("alert");
  rule.is_alert = alert.present();
  const Node name = rule.is_alert ? alert : node.required("record");
  rule.name = name.string();
  rule.file = file;
  rule.line = name.line();
  const Node expr = node.required("expr");
  rule.query = {.file = file,
                .line = expr.line(),
                .block = false,
                .asker = (rule.is_alert ? "alert " : "recorded ") + rule.name,
                .expr = expr.string(),
                .names = {}};
  rule.query.block = rule.query.expr.contains('\n');
  rule.query.names = promql_names(rule.query.expr);
  if (const Node keep = node.optional("keep_firing_for"); keep.present()) rule.keep_firing_line = keep.line();
  rule.labels = texts(node.optional("labels"));
  rule.annotations = texts(node.optional("annotations"));
  return rule;
}

void read_folder(const std::string& folder, Rulebook& book) {
  std::vector<std::string> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(".rules.yml")) {
      files.push_back(entry.path().string());
    } else if ((name.ends_with(".yml") || name.ends_with(".yaml")) && !name.ends_with(".test.yml")) {
      book.ignored.push_back(entry.path().string());
    }
  }
  std::ranges::sort(files);
  std::ranges::sort(book.ignored);
  book.files.insert(book.files.end(), files.begin(), files.end());
}

}  // namespace

int Query::line_of(std::size_t offset) const {
  if (!block) return line;
  const auto end = expr.begin() + static_cast<std::ptrdiff_t>(std::min(offset, expr.size()));
  return line + 1 + static_cast<int>(std::count(expr.begin(), end, '\n'));
}

const Text* Rule::label(std::string_view wanted) const { return find(labels, wanted); }
const Text* Rule::annotation(std::string_view wanted) const { return find(annotations, wanted); }

const Rule* Rulebook::alert(std::string_view name) const {
  const auto found =
      std::ranges::find_if(rules, [&](const Rule& rule) { return rule.is_alert && rule.name == name; });
  return found == rules.end() ? nullptr : &*found;
}

std::set<std::string, std::less<>> Rulebook::recorded() const {
  std::set<std::string, std::less<>> names;
  for (const Rule& rule : rules) {
    if (!rule.is_alert) names.insert(rule.name);
  }
  return names;
}

std::set<std::string, std::less<>> Rulebook::alerts() const {
  std::set<std::string, std::less<>> names;
  for (const Rule& rule : rules) {
    if (rule.is_alert) names.insert(rule.name);
  }
  return names;
}

Rulebook read_rules(const std::string& folder, base::yaml::Problems& problems) {
  Rulebook book;
  read_folder(folder, book);
  read_folder((fs::path(folder) / "custom").string(), book);
  for (const std::string& file : book.files) {
    const Node groups = base::yaml::load(file, problems).required("groups");
    if (!groups.present()) continue;
    for (const Node& group : groups.items()) {
      const Node rules = group.optional("rules");
      if (!rules.present()) continue;
      for (const Node& rule : rules.items()) {
        if (rule.is_map()) book.rules.push_back(read_rule(rule, file));
      }
    }
  }
  return book;
}

std::string meant(std::string_view wanted, const std::set<std::string, std::less<>>& known) {
  const std::vector<std::string_view> names(known.begin(), known.end());
  return base::did_you_mean(wanted, names);
}

}  // namespace healer::salusctl::check
