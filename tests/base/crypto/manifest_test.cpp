#include "base/crypto/manifest.h"

#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"

using base::Manifest;
using base::parse_manifest;

namespace {

const std::string kA(64, 'a');
const std::string kB(64, 'b');

}  // namespace

TEST_CASE("a manifest gives names, hashes, sizes and where the good copies are") {
  const auto manifest =
      parse_manifest("# made for the models of autumn\n# backup: /var/backups/models\n\n# size: 4123\n" + kA +
                     "  xgb.json\n" + kB + " *deep/lgbm.txt");
  REQUIRE(manifest);
  REQUIRE(*manifest == Manifest{"/var/backups/models", {{"xgb.json", kA, 4123}, {"deep/lgbm.txt", kB, {}}}});
}

TEST_CASE("names are tidied, hashes made lower case") {
  const auto manifest = parse_manifest(std::string(64, 'A') + "  ./deep//./model\n");
  REQUIRE(manifest);
  REQUIRE(manifest->files == std::vector<base::ManifestEntry>{{"deep/model", kA, {}}});
}

TEST_CASE("each mistake in a manifest is reported with its line") {
  const auto [text, expected] = GENERATE(table<std::string, const char*>({
      {"", "it lists no files"},
      {"# size: 1\n", "it lists no files"},
      {"abc  x\n", "line 1: \"abc  x\" does not begin with a SHA-256 in 64 hex digits"},
      {"SHA256 (x) = " + kA, "does not begin with a SHA-256"},
      {std::string(64, 'g') + "  x", "line 1: "},
      {kA + "a  x", "line 1: the hash must be followed by two spaces and a file name"},
      {kA + " x", "line 1: the hash must be followed by two spaces"},
      {kA, "line 1: the hash must be followed by two spaces"},
      {kA + "  ", "line 1: \"\" is not a file name"},
      {kA + "  folder/", "line 1: \"folder/\" is not a file name"},
      {kA + "  /etc/passwd", "line 1: \"/etc/passwd\" is absolute"},
      {kA + "  ok\n" + kA + "  a/../../b", "line 2: \"a/../../b\" is outside the manifest's folder"},
      {kA + "  x\n" + kB + "  ./x", "line 2: \"x\" is listed twice"},
      {"\\" + kA + "  a\\tb", "line 1: \"a\\tb\" is not escaped as sha256sum does"},
      {"\\" + kA + "  a\\", "line 1: \"a\\\" is not escaped"},
      {"# size: 4k\n", "line 1: \"4k\" is not a size in bytes"},
      {"# size: \n", "line 1: \"\" is not a size in bytes"},
      {"# size: -1\n", "line 1: \"-1\" is not a size in bytes"},
      {"# backup: here\n", "line 1: the backup folder \"here\" is not absolute"},
      {"# backup: /a\n# backup: /b\n", "line 2: a second backup folder"},
      {kA + "  a" + std::string(1, '\0') + "b", "line 1: a name with a NUL byte"},
  }));
  CAPTURE(text);
  const auto manifest = parse_manifest(text);
  REQUIRE_FALSE(manifest);
  INFO(manifest.error().message);
  REQUIRE(manifest.error().message.find(expected) != std::string::npos);
}

TEST_CASE("strange names survive being written and read") {
  Manifest manifest{"/b", {}};
  for (const char* name :
       {"two\nlines", "back\\slash", "return\r", "\"quoted\"", " space ", "# hash", "latin-\xE9", "\\n"}) {
    manifest.files.push_back({name, kA, 7});
  }
  const auto again = parse_manifest(base::format_manifest(manifest));
  REQUIRE(again);
  REQUIRE(*again == manifest);
}

TEST_CASE("a manifest is written as sha256sum reads it") {
  REQUIRE(base::format_manifest({"/b", {{"x", kA, 3}, {"a\nb", kB, {}}}}) ==
          "# backup: /b\n# size: 3\n" + kA + "  x\n\\" + kB + "  a\\nb\n");
}

TEST_CASE("a manifest of more files than can be reported is refused") {
  std::string text;
  for (std::size_t i = 0; i <= base::kMaxManifestFiles; ++i) text += kA + "  " + std::to_string(i) + "\n";
  const auto manifest = parse_manifest(text);
  REQUIRE_FALSE(manifest);
  REQUIRE(manifest.error().message == "line 5001: more than 5000 files");
}

TEST_CASE("an error of a manifest names its file") {
  const tests::TemporaryFolder folder;
  const auto path = folder.write("MANIFEST", "nonsense\n");
  REQUIRE(
      base::read_manifest(path).error().message.starts_with("manifest " + path + ": line 1: \"nonsense\""));
  REQUIRE_FALSE(base::read_manifest(folder.file("none")));
  REQUIRE(base::manifest_folder(path) == folder.path());
  REQUIRE(base::manifest_folder("MANIFEST") == ".");
  REQUIRE(base::manifest_folder("/MANIFEST") == "/");
}
