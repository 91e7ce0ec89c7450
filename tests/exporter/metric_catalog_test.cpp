#include "exporter/metric_catalog.h"

#include <cctype>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "tests/catch.h"
#include "tests/exporter/golden.h"

namespace {

constexpr std::string_view kBegin = "<!-- exporter: written by ./dev golden, from the HELP texts -->\n";
constexpr std::string_view kEnd = "<!-- exporter: end -->\n";

std::map<std::string, exporter::Family> families_by_name() {
  std::map<std::string, exporter::Family> families;
  for (const auto& chapter : exporter::all_families()) {
    for (const auto& family : chapter.families) {
      REQUIRE(families.emplace(family.name, family).second);
    }
  }
  return families;
}

std::set<std::string> label_names(std::string_view described) {
  std::set<std::string> names;
  std::istringstream in{std::string(described)};
  for (std::string name; std::getline(in >> std::ws, name, ',');) names.insert(name);
  return names;
}

// Of a sample's line; values may hold anything but an unescaped quote.
std::set<std::string> sample_labels(const std::string& line) {
  std::set<std::string> names;
  std::size_t at = line.find('{');
  while (at != line.npos && line[at] != '}') {
    const auto equals = line.find("=\"", at);
    names.insert(line.substr(at + 1, equals - at - 1));
    at = equals + 2;
    while (line[at] != '"') at += line[at] == '\\' ? 2 : 1;
    ++at;
  }
  return names;
}

}  // namespace

TEST_CASE("every family says in one sentence what it means, in the ecosystem's naming") {
  for (const auto& [name, family] : families_by_name()) {
    CAPTURE(name);
    REQUIRE(name.starts_with("salus_"));
    REQUIRE(name.ends_with("_total") == (family.type == exporter::kCounter));
    REQUIRE(family.help.ends_with('.'));
    REQUIRE(family.help.find('\n') == family.help.npos);
    REQUIRE(family.help.find('|') == family.help.npos);
  }
}

TEST_CASE("docs/metrics.md says what the code says") {
  REQUIRE(tests::golden_difference("docs/metrics.md", kBegin, kEnd, exporter::describe_metrics()) == "");
}

TEST_CASE("every series of the golden pages is a described family with exactly its labels") {
  const auto families = families_by_name();
  std::set<std::string> seen;
  for (const auto& file : std::filesystem::directory_iterator(tests::golden_path(""))) {
    std::istringstream page(tests::text_of(file.path()));
    for (std::string line; std::getline(page, line);) {
      if (line.starts_with('#')) continue;
      const std::string name = line.substr(0, line.find_first_of("{ "));
      CAPTURE(line);
      REQUIRE(families.contains(name));
      auto expected = label_names(families.at(name).labels);
      const auto actual = sample_labels(line);
      REQUIRE(actual == expected);
      seen.insert(name);
    }
  }
  // Every collector's families are on some golden page; those of the registry and of the exporter itself have
  // times in them.
  for (const auto& [name, family] : families) {
    CAPTURE(name);
    const bool own = name.starts_with("salus_collector_") || name.starts_with("salus_exporter_");
    REQUIRE((own || seen.contains(name)));
  }
}

TEST_CASE("programs read the same families as JSON, labels one by one") {
  const auto document = nlohmann::json::parse(exporter::describe_metrics_json());
  CHECK(document["program"] == "salus-exporter");
  std::size_t families = 0;
  for (const auto& chapter : exporter::all_families()) families += chapter.families.size();
  CHECK(document["metrics"].size() == families);
  for (const auto& metric : document["metrics"]) {
    if (metric["name"] != "salus_container_state") continue;
    CHECK(metric["type"] == "gauge");
    CHECK(metric["labels"] == nlohmann::json{"container", "state"});
    return;
  }
  FAIL("salus_container_state is missing");
}
