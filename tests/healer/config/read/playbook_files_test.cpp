#include "healer/config/read/playbook_files.h"

#include <filesystem>

#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"

using namespace healer;

namespace {

struct Fixture {
  tests::TemporaryFolder folder;
  base::yaml::Problems problems;

  std::string names(const std::string& text) {
    const std::string file = folder.write("healer.yml", text);
    std::string names;
    for (const auto& [where, node] :
         playbook_nodes(base::yaml::load(file, problems), file, folder.path(), problems)) {
      names += fmt::format("{}:{}:{} ", where.substr(folder.path().size() + 1), node.line(),
                           node.required("name").string());
    }
    return names;
  }
  std::string said() const {
    std::string text = problems.str();
    while (text.find(folder.path()) != std::string::npos)
      text.erase(text.find(folder.path()), folder.path().size() + 1);
    return text;
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture,
                 "playbooks of the files come after those of healer.yml, in the order of their names") {
  std::filesystem::create_directory(folder.file("more"));
  folder.write("more/b.yml", "# a comment\nplaybooks: [{name: b}]\n");
  folder.write("more/a.yml", "playbooks:\n  - name: a1\n  - name: a2\n");
  folder.write("last.yml", "playbooks: [{name: last}]\n");
  CHECK(names("playbook_files: ['more/*.yml', last.yml]\nplaybooks: [{name: own}]\n") ==
        "healer.yml:2:own more/a.yml:2:a1 more/a.yml:3:a2 more/b.yml:2:b last.yml:1:last ");
  CHECK(problems.empty());
}

TEST_CASE_METHOD(Fixture, "a file that is named twice counts once") {
  folder.write("a.yml", "playbooks: [{name: a}]\n");
  CHECK(names(fmt::format("playbook_files: [a.yml, './a.y*l', {}/a.yml]\n", folder.path())) == "a.yml:1:a ");
  CHECK(problems.empty());
}

TEST_CASE_METHOD(Fixture, "a pattern may match nothing, a plain name must be there") {
  CHECK(names("playbook_files:\n  - nowhere/*.yml\n  - none-[0-9].yml\n  - none.yml\n  - ''\n").empty());
  CHECK(said() ==
        "healer.yml:4: playbook_files[2]: \"none.yml\": there is no such file\n"
        "healer.yml:5: playbook_files[3]: must not be empty\n");
}

TEST_CASE_METHOD(Fixture, "what is wrong in a file is reported at its own place") {
  folder.write("a.yml", "playbook: []\nplaybooks: 3\n");
  folder.write("b.yml", "- name: b\n");
  folder.write("c.yml", "playbooks: [{name: [}\n");
  folder.write("d.yml", "");
  CHECK(names("playbook_files: ['?.yml']\n").empty());
  CHECK(said() ==
        "a.yml:1: unknown key \"playbook\" (did you mean \"playbooks\"?)\n"
        "a.yml:2: playbooks: must be a list\n"
        "b.yml:1: must be a map\n"
        "c.yml:1: invalid YAML: illegal flow end\n");
}

TEST_CASE_METHOD(Fixture, "a list is what it must be") {
  CHECK(names("playbook_files: a.yml\n").empty());
  CHECK(said() == "healer.yml:1: playbook_files: must be a list\n");
}
