#include "healer/config/target_name.h"

#include "tests/catch.h"

using healer::actions::fill_in;

TEST_CASE("every mention of the target is filled in once, and nothing else") {
  CHECK(fill_in("a/{{target}}/b/{{target}}", "x") == "a/x/b/x");
  CHECK(fill_in("{{container}} {target}", "x") == "{{container}} {target}");
  CHECK(fill_in("{{target}}", "{{target}}") == "{{target}}");
}
