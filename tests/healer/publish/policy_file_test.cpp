#include "healer/publish/policy_file.h"

#include <sys/stat.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "healer/publish/policy_json.h"
#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"
#include "tests/healer/example_view.h"

TEST_CASE("the policy file holds the document, for everybody to read") {
  const tests::TemporaryFolder folder;
  healer::PolicyFile file;
  const auto document = tests::example_view().policy;
  REQUIRE(file.publish(folder.file("policy.json"), document));
  CHECK(folder.read("policy.json") == healer::policy_document(document));
  struct stat status{};
  REQUIRE(::stat(folder.file("policy.json").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0644);
  CHECK(file.errors_total() == 0);
  CHECK(file.spares() == 3);
}

TEST_CASE("a policy file that cannot be written is counted, and written again when it can be") {
  const tests::TemporaryFolder folder;
  healer::PolicyFile file;
  const std::string path = folder.file("missing/policy.json");
  CHECK_FALSE(file.publish(path, tests::example_view().policy));
  CHECK_FALSE(file.publish(path, tests::example_view().policy));
  CHECK(file.errors_total() == 2);
  CHECK_FALSE(file.stuck());
  std::filesystem::create_directory(folder.file("missing"));
  CHECK(file.publish(path, tests::example_view().policy));
  CHECK(file.errors_total() == 2);
  CHECK(std::filesystem::exists(path));
}

TEST_CASE("a folder in place of the file is an error, and stays") {
  const tests::TemporaryFolder folder;
  healer::PolicyFile file;
  const std::string path = folder.file("policy.json");
  REQUIRE(file.publish(path, tests::example_view().policy));
  std::filesystem::remove(path);
  std::filesystem::create_directory(path);
  CHECK_FALSE(file.publish(path, tests::example_view().policy));
  CHECK(std::filesystem::is_directory(path));
  CHECK_FALSE(file.stuck());
}

TEST_CASE("without a path nothing is written") {
  healer::PolicyFile file;
  CHECK(file.publish("", tests::example_view().policy));
  CHECK(file.errors_total() == 0);
}

TEST_CASE("a file that is not configured any more is removed with its spares") {
  const tests::TemporaryFolder folder;
  healer::PolicyFile file;
  REQUIRE(file.publish(folder.file("old.json"), tests::example_view().policy));
  REQUIRE(file.publish(folder.file("new.json"), tests::example_view().policy));
  CHECK_FALSE(std::filesystem::exists(folder.file("old.json")));
  CHECK(std::filesystem::exists(folder.file("new.json")));
  REQUIRE(file.publish("", tests::example_view().policy));
  CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("a document is cut to the room that there is by its last causes") {
  auto document = tests::example_view().policy;
  CHECK(healer::document_within(document, 8192) == healer::policy_document(document));
  document.causes.clear();
  for (int i = 0; i < 1000; ++i) document.causes.push_back("alert Number" + std::to_string(i));
  const std::string text = healer::document_within(document, 8192);
  CHECK(text.size() <= 8192);
  const auto parsed = nlohmann::json::parse(text);
  CHECK(parsed["policy"] == to_string(document.policy));
  CHECK(parsed["causes"].front() == "alert Number0");
  CHECK(parsed["causes"].back().get<std::string>() ==
        std::to_string(1000 - (parsed["causes"].size() - 1)) + " further causes");
  document.causes = {std::string(100000, 'x')};
  CHECK(nlohmann::json::parse(healer::document_within(document, 8192))["causes"][0] == "1 further causes");
}
