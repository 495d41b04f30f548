#!/usr/bin/env bash
# cmake --install into a prefix; a five-line program builds with pkg-config and with find_package; documents are there.
. "$(dirname "$0")/lib.bash"
build=$(dirname "$carrick")
[ -f "$build/cmake_install.cmake" ] || { echo "not a build folder: $build"; exit 77; }
grep -q '^CARRICK_SANITIZE:BOOL=ON' "$build/CMakeCache.txt" && { echo "sanitized libraries are not installed"; exit 77; }
prefix=$scratch/prefix
cmake --install "$build" --prefix "$prefix" > install.log 2>&1 || { cat install.log; fail "cmake --install"; finish; }

[ -x "$prefix/bin/carrick" ] || fail "no program"
man -l "$prefix/share/man/man1/carrick.1" > page 2>&1 || grep -q '^.SH EXIT STATUS' "$prefix/share/man/man1/carrick.1" || fail "no man page"
bash -c ". '$prefix/share/bash-completion/completions/carrick'; COMP_WORDS=(carrick expo); COMP_CWORD=1; _carrick; [ \"\${COMPREPLY[*]}\" = export ]" ||
    fail "bash does not complete expo to export"

cat > five.c << 'END'
#include <carrick/clean.h>
int main(void) {
    char code[4];
    return ck_nhs_check_digit("943476591") == 9 && ck_soundex("ROBERT", 6, code) ? 0 : 1;
}
END
pc=$(dirname "$(find "$prefix" -name carrick.pc)")
# The prefix is the build's; --define-prefix finds the one that the file lies in.
flags=$(PKG_CONFIG_PATH=$pc pkg-config --define-prefix --cflags --libs carrick 2> pc.log) || { cat pc.log; fail "pkg-config"; }
# shellcheck disable=SC2086
cc five.c $flags -o five && ./five || fail "a program built with pkg-config"

mkdir -p user && mv five.c user/
cat > user/CMakeLists.txt << 'END'
cmake_minimum_required(VERSION 3.20)
project(user C)
find_package(carrick REQUIRED)
add_executable(five five.c)
target_link_libraries(five carrick::carrick)
END
{ cmake -S user -B user/build -DCMAKE_PREFIX_PATH="$prefix" && cmake --build user/build; } > user.log 2>&1 && user/build/five ||
    { cat user.log; fail "a program built with find_package"; }
finish
