#!/usr/bin/env python3
"""Packs a release: archives, a Debian package, checksums, an SPDX document, a Homebrew formula, a Dockerfile.

    dist.py FOLDER OUT    FOLDER: with `flexsh`, and `flexsh-shared` for the Debian package

The same sources and the same toolchain give the same bytes, in whatever folder: nothing of the time, the
folder or the user gets into the files.
"""

import gzip
import hashlib
import io
import json
import lzma
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import textwrap

ROOT = pathlib.Path(__file__).resolve().parent.parent
BINARY = pathlib.Path(sys.argv[1]).resolve() / 'flexsh'
SHARED = BINARY.with_name('flexsh-shared')
OUT = pathlib.Path(sys.argv[2]).resolve()
# Where the files are published.
URL = os.environ.get('DIST_URL', 'https://example.org/flexsh')

SOURCE = (ROOT / 'Sources/FlexCommands/Version.swift').read_text()
VERSION = re.search(r'current = "([^"]+)"', SOURCE).group(1)
DATE = re.search(r'date = "([^"]+)"', SOURCE).group(1)
ARCH = {'arm64': 'aarch64'}.get(platform.machine(), platform.machine())
DEBIAN_ARCH = {'x86_64': 'amd64', 'aarch64': 'arm64'}.get(ARCH, ARCH)
SYSTEM = {'Darwin': 'macos'}.get(platform.system(), platform.system().lower())
MAINTAINER = 'The flexsh project <flexsh@users.noreply.github.com>'

# What is linked into the binary: its licence as an SPDX expression, and where its text is.
SWIFT_PACKAGES = {
    'swift-argument-parser': ('Apache-2.0 WITH Swift-exception', ['LICENSE.txt']),
    'swift-atomics': ('Apache-2.0 WITH Swift-exception', ['LICENSE.txt']),
    'swift-collections': ('Apache-2.0 WITH Swift-exception', ['LICENSE.txt']),
    'swift-nio': ('Apache-2.0 AND MIT AND BSD-3-Clause', ['LICENSE.txt', 'NOTICE.txt']),
    'swift-nio-ssl': ('Apache-2.0 AND OpenSSL AND ISC AND MIT AND BSD-3-Clause',
                      ['LICENSE.txt', 'NOTICE.txt', 'Sources/CNIOBoringSSL/LICENSE']),
    'swift-subprocess': ('Apache-2.0 WITH Swift-exception', ['LICENSE']),
    'swift-system': ('Apache-2.0 WITH Swift-exception', ['LICENSE.txt']),
    'tomlkit': ('MIT', ['LICENSE']),
}
# Debian's packages of the libraries whose archives are linked.
LIBRARIES = {
    'libedit': ('libedit-dev', 'BSD-3-Clause'),
    'libncurses': ('libncurses-dev', 'X11-distribute-modifications-variant'),
    'libbsd': ('libbsd-dev', 'BSD-3-Clause AND BSD-2-Clause AND ISC'),
    'libmd': ('libmd-dev', 'BSD-3-Clause AND BSD-2-Clause AND ISC AND Beerware'),
    'libstdc++': ('libstdc++6', 'GPL-3.0-or-later WITH GCC-exception-3.1'),
    'libgcc': ('libgcc-s1', 'GPL-3.0-or-later WITH GCC-exception-3.1'),
}


def run(*words):
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


def tree(folder, prefix, mode=0o644):
    """The files below a folder, as (path, bytes, mode)."""
    files = []
    for path in sorted(pathlib.Path(folder).rglob('*')):
        if path.is_file() and not path.name.startswith('.flexsh-'):
            name = f'{prefix}/{path.relative_to(folder)}'
            files.append((name, path.read_bytes(), mode))
    return files


def tar(files, top=''):
    """A tar archive whose bytes depend on the files alone."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode='w', format=tarfile.GNU_FORMAT) as writer:
        folders = set()
        for name, content, mode in sorted(files):
            path = pathlib.PurePosixPath(top + name)
            for folder in reversed(path.parents):
                if str(folder) not in ('', '.', './') and folder not in folders:
                    folders.add(folder)
                    entry = tarfile.TarInfo(('./' if top == './' else '') + str(folder))
                    entry.type, entry.mode, entry.mtime = tarfile.DIRTYPE, 0o755, EPOCH
                    entry.uname = entry.gname = 'root'
                    writer.addfile(entry)
            entry = tarfile.TarInfo(top + name)
            entry.size, entry.mode, entry.mtime = len(content), mode, EPOCH
            entry.uname = entry.gname = 'root'
            writer.addfile(entry, io.BytesIO(content))
    return archive.getvalue()


def zipped(content):
    return gzip.compress(content, compresslevel=9, mtime=0)


def seconds(date):
    import calendar
    year, month, day = map(int, date.split('-'))
    return calendar.timegm((year, month, day, 0, 0, 0))


EPOCH = seconds(DATE)


# MARK: What is linked

def pins():
    resolved = json.loads((ROOT / 'Package.resolved').read_text())
    return [(pin['identity'], pin['state']['version'], pin['location'].removesuffix('.git'))
            for pin in resolved['pins']]


def linked_libraries():
    """The libraries that the binary has inside, with their versions, if it has them."""
    if SYSTEM != 'linux' or 'libedit' in run('ldd', str(BINARY)):
        return []
    found = []
    for name, (package, licence) in LIBRARIES.items():
        version = run('dpkg-query', '-W', '-f', '${Version}', package).strip()
        found.append((name, version, licence, f'/usr/share/doc/{package}/copyright'))
    return found


def checkout(identity):
    folders = list((BINARY.parent / 'checkouts').iterdir())
    return next(folder for folder in folders if folder.name.lower() == identity)


def swift_licence():
    found = pathlib.Path(run('sh', '-c', 'readlink -f "$(command -v swift)"').strip())
    licence = found.parent.parent / 'share/swift/LICENSE.txt'
    if not licence.exists():
        raise SystemExit(f'the licence of the Swift toolchain is not at {licence}')
    return licence


def notices():
    """The licences of everything that is linked, in one text."""
    parts = [('flexsh', VERSION, ROOT / 'LICENSE')]
    for identity, version, _ in pins():
        for name in SWIFT_PACKAGES[identity][1]:
            path = checkout(identity) / name
            if path.exists():
                parts.append((identity, version, path))
            elif name != 'Sources/CNIOBoringSSL/LICENSE':
                raise SystemExit(f'{path} is missing')
    toolchain = swift_version()
    parts.append(('the Swift standard library', toolchain, swift_licence()))
    for name, version, _, path in linked_libraries():
        parts.append((name, version, pathlib.Path(path)))
    line = '=' * 78
    text = 'What is linked into flexsh, and under which licences.\n'
    for name, version, path in parts:
        text += f'\n{line}\n{name} {version}\n{line}\n\n' + path.read_text(errors='replace')
    return text.encode()


def swift_version():
    return re.search(r'Swift version (\S+)', run('swift', '--version')).group(1)


def spdx(files):
    archive, content = next(file for file in files if file[0].endswith(f'-{ARCH}.tar.gz'))
    digest = hashlib.sha256(content).hexdigest()

    def package(name, version, licence, location, purl=None):
        entry = {
            'SPDXID': 'SPDXRef-' + re.sub(r'[^A-Za-z0-9.-]', '-', name), 'name': name,
            'versionInfo': version, 'downloadLocation': location, 'filesAnalyzed': False,
            'licenseConcluded': licence, 'licenseDeclared': licence,
            'copyrightText': 'NOASSERTION', 'supplier': 'NOASSERTION',
        }
        if purl:
            entry['externalRefs'] = [{
                'referenceCategory': 'PACKAGE-MANAGER', 'referenceType': 'purl',
                'referenceLocator': purl}]
        return entry

    packages = [package('flexsh', VERSION, 'Apache-2.0', f'{URL}/{archive}')]
    packages[0]['comment'] = (
        f'{archive}, which has all of these inside. The Debian package uses the shared libraries of the '
        'distribution instead: libedit, libstdc++, libgcc.')
    packages[0]['primaryPackagePurpose'] = 'APPLICATION'
    packages[0]['checksums'] = [{'algorithm': 'SHA256', 'checksumValue': digest}]
    for identity, version, location in pins():
        path = location.removeprefix('https://')
        packages.append(package(identity, version, SWIFT_PACKAGES[identity][0],
                                f'git+{location}@{version}', f'pkg:swift/{path}@{version}'))
    packages.append(package('swift', swift_version(), 'Apache-2.0 WITH Swift-exception',
                            'https://www.swift.org/install/'))
    for name, version, licence, _ in linked_libraries():
        entry = package(name, version, licence, 'NOASSERTION')
        entry['externalRefs'] = [{
            'referenceCategory': 'PACKAGE-MANAGER', 'referenceType': 'purl',
            'referenceLocator':
                f'pkg:deb/debian/{LIBRARIES[name][0]}@{version}'.replace('+', '%2B')}]
        packages.append(entry)
    relationships = [{'spdxElementId': 'SPDXRef-DOCUMENT', 'relationshipType': 'DESCRIBES',
                      'relatedSpdxElement': 'SPDXRef-flexsh'}]
    relationships += [{'spdxElementId': 'SPDXRef-flexsh', 'relationshipType': 'STATIC_LINK',
                       'relatedSpdxElement': entry['SPDXID']} for entry in packages[1:]]
    document = {
        'spdxVersion': 'SPDX-2.3', 'dataLicense': 'CC0-1.0', 'SPDXID': 'SPDXRef-DOCUMENT',
        'name': f'flexsh-{VERSION}',
        'documentNamespace': f'https://spdx.org/spdxdocs/flexsh-{VERSION}-{digest[:32]}',
        'creationInfo': {'created': f'{DATE}T00:00:00Z',
                         'creators': [f'Tool: flexsh-dist-{VERSION}']},
        'packages': packages, 'relationships': relationships,
    }
    return (json.dumps(document, indent=2) + '\n').encode()


def glibc():
    """The oldest version of glibc with which the binary runs; `None` elsewhere."""
    if SYSTEM != 'linux':
        return None
    found = re.findall(r'GLIBC_([0-9.]+)', run('objdump', '-T', str(BINARY)))
    return max(found, key=lambda version: [int(part) for part in version.split('.')])


# MARK: The files

def generated():
    """The manual pages, the completions and the files for editors, as (path, bytes, mode)."""
    flexsh = str(BINARY)
    with tempfile.TemporaryDirectory() as folder:
        run(flexsh, 'help', 'man', '--out', folder + '/man')
        for editor in ('vim', 'vscode', 'emacs', 'pygments'):
            run(flexsh, 'help', 'editor', editor, '--out', f'{folder}/editors/{editor}')
        man = tree(folder + '/man', 'man')
        editors = tree(folder + '/editors', 'editors')
    completions = [(shell, run(flexsh, '--generate-completion-script', shell).encode())
                   for shell in ('bash', 'zsh', 'fish')]
    return man, editors, dict(completions)


def readme_of_archive():
    needs = f'It needs glibc {glibc()} or later, and nothing else.' if glibc() else ''
    return textwrap.dedent(f'''\
        flexsh {VERSION} for {SYSTEM} on {ARCH}. {needs}

          bin/flexsh      the program; copy it to a folder of PATH
          share/man       manual pages: man -M share/man flexsh
          completions     for bash, zsh and fish
          editors         files for Vim, Visual Studio Code, Emacs and Pygments
          examples        scripts to read and to rehearse
          licenses        of flexsh and of everything that is linked into it

        bin/flexsh run --simulate examples/shift-end.flex    tries it without an account
        ''').encode()


def binary_archive(man, editors, completions):
    files = [('bin/flexsh', BINARY.read_bytes(), 0o755), ('README', readme_of_archive(), 0o644),
             ('licenses/LICENSE', (ROOT / 'LICENSE').read_bytes(), 0o644),
             ('licenses/THIRD-PARTY', notices(), 0o644),
             ('CHANGELOG.md', (ROOT / 'CHANGELOG.md').read_bytes(), 0o644),
             ('completions/flexsh.bash', completions['bash'], 0o644),
             ('completions/_flexsh', completions['zsh'], 0o644),
             ('completions/flexsh.fish', completions['fish'], 0o644)]
    files += [('share/' + name, content, mode) for name, content, mode in man] + editors
    files += tree(ROOT / 'examples', 'examples')
    name = f'flexsh-{VERSION}-{SYSTEM}-{ARCH}'
    return f'{name}.tar.gz', zipped(tar(files, name + '/'))


def source_archive():
    if (ROOT / '.git').exists():
        names = run('git', '-C', str(ROOT), 'ls-files', '-z').split('\0')
    else:
        names = [str(path.relative_to(ROOT)) for path in ROOT.rglob('*')
                 if not any(part.startswith('.build') or part in ('dist', '__pycache__')
                            for part in path.relative_to(ROOT).parts)]
    files = []
    for name in sorted(filter(None, names)):
        path = ROOT / name
        if path.is_file() and name != 'Package.resolved':
            mode = 0o755 if os.access(path, os.X_OK) else 0o644
            files.append((name, path.read_bytes(), mode))
    return f'flexsh-{VERSION}.tar.gz', zipped(tar(files, f'flexsh-{VERSION}/'))


def dependencies():
    """The packages of the libraries that the program of the Debian package uses."""
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / 'debian').mkdir()
        (pathlib.Path(folder) / 'debian/control').write_text(
            'Source: flexsh\n\nPackage: flexsh\nArchitecture: any\n')
        output = subprocess.run(['dpkg-shlibdeps', '-O', str(SHARED)], cwd=folder, check=True,
                                capture_output=True, text=True).stdout
    return output.strip().removeprefix('shlibs:Depends=')


def debian_package(man, editors, completions):
    share = 'usr/share/'
    doc = share + 'doc/flexsh/'
    changelog = textwrap.dedent(f'''\
        flexsh ({VERSION}) unstable; urgency=medium

          * Version {VERSION}; CHANGELOG.md has the changes.

         -- {MAINTAINER}  {run('date', '-u', '-R', '-d', '@%d' % EPOCH).strip()}
        ''').encode()
    copyright_text = (
        'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n'
        'Upstream-Name: flexsh\n\n'
        'Files: *\nCopyright: 2026 The flexsh authors\nLicense: Apache-2.0\n'
        ' On Debian systems, the complete text of the Apache License is in\n'
        ' /usr/share/common-licenses/Apache-2.0.\n'
        ' .\n The licences of what is linked into the program are in\n'
        f' /{doc}THIRD-PARTY.gz.\n').encode()
    files = [('usr/bin/flexsh', SHARED.read_bytes(), 0o755),
             (share + 'bash-completion/completions/flexsh', completions['bash'], 0o644),
             (share + 'zsh/vendor-completions/_flexsh', completions['zsh'], 0o644),
             (share + 'fish/vendor_completions.d/flexsh.fish', completions['fish'], 0o644),
             (doc + 'changelog.gz', zipped(changelog), 0o644),
             (doc + 'CHANGELOG.md.gz', zipped((ROOT / 'CHANGELOG.md').read_bytes()), 0o644),
             (doc + 'copyright', copyright_text, 0o644),
             (doc + 'THIRD-PARTY.gz', zipped(notices()), 0o644)]
    files += [(f'{share}{name}.gz', zipped(content), mode) for name, content, mode in man]
    files += [(f'{share}flexsh/{name}', content, mode) for name, content, mode in editors]
    files += [(doc + name, content, mode)
              for name, content, mode in tree(ROOT / 'examples', 'examples')]
    size = sum((len(content) + 1023) // 1024 for _, content, _ in files)
    control = textwrap.dedent(f'''\
        Package: flexsh
        Version: {VERSION}
        Architecture: {DEBIAN_ARCH}
        Maintainer: {MAINTAINER}
        Installed-Size: {size}
        Depends: {dependencies()}
        Recommends: ca-certificates
        Section: net
        Priority: optional
        Homepage: {URL}
        Description: shell for Twilio Flex interactions
         Removes agents from the conversations of a contact centre, one sentence per
         operation, at a prompt or from scripts that are checked as a whole, rehearsed
         against a simulator, planned, run, and resumed after an interruption.
        ''').encode()
    sums = ''.join(f'{hashlib.md5(content).hexdigest()}  {name}\n'
                   for name, content, _ in sorted(files)).encode()
    members = [
        ('debian-binary', b'2.0\n'),
        ('control.tar.xz', lzma.compress(tar([('control', control, 0o644),
                                              ('md5sums', sums, 0o644)], './'), preset=9)),
        ('data.tar.xz', lzma.compress(tar(files, './'), preset=6)),
    ]
    archive = b'!<arch>\n'
    for name, content in members:
        archive += f'{name:<16}{EPOCH:<12}{0:<6}{0:<6}{100644:<8}{len(content):<10}`\n'.encode()
        archive += content + b'\n' * (len(content) % 2)
    return f'flexsh_{VERSION}_{DEBIAN_ARCH}.deb', archive


def formula(source):
    digest = hashlib.sha256(source).hexdigest()
    return textwrap.dedent(f'''\
        class Flexsh < Formula
          desc "Shell for Twilio Flex interactions"
          homepage "{URL}"
          url "{URL}/flexsh-{VERSION}.tar.gz"
          sha256 "{digest}"
          license "Apache-2.0"

          depends_on "pkgconf" => :build
          uses_from_macos "swift" => :build, since: :sequoia
          uses_from_macos "libedit"

          def install
            # Homebrew builds in a sandbox of its own.
            system "make", "install", "PREFIX=#{{prefix}}", "EXTRA_FLAGS=--disable-sandbox"
          end

          test do
            (testpath/"night.flex").write 'echo "night"'
            assert_match "no errors", shell_output("#{{bin}}/flexsh check night.flex 2>&1")
          end
        end
        ''').encode()


def dockerfile():
    archive = f'flexsh-{VERSION}-{SYSTEM}-{ARCH}'
    return textwrap.dedent(f'''\
        # docker build -t flexsh:{VERSION} .    beside {archive}.tar.gz
        # docker run --rm -it -e TWILIO_ACCOUNT_SID -e TWILIO_API_KEY -e TWILIO_API_SECRET \\
        #   -v flexsh:/state -v "$PWD:/work" flexsh:{VERSION} check night.flex
        FROM debian:bookworm-slim AS base
        RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates
        ADD {archive}.tar.gz /
        # The program, the parts of glibc that it needs, the terminals, and the certificates.
        RUN mkdir -p /image/usr/bin /image/etc/ssl/certs /image/state /image/work /image/tmp \\
         && cp /{archive}/bin/flexsh /image/usr/bin/ \\
         && cp -L --parents $(ldd /image/usr/bin/flexsh | grep -o '/[^ ]*') /image/ \\
         && cp -r --parents /lib/terminfo /image/ \\
         && cp -L /etc/ssl/certs/ca-certificates.crt /image/etc/ssl/certs/ \\
         && cp -r /{archive}/licenses /image/ \\
         && chown 65532:65532 /image/state /image/work && chmod 1777 /image/tmp

        FROM scratch
        COPY --from=base /image /
        USER 65532:65532
        ENV HOME=/work XDG_STATE_HOME=/state
        VOLUME /state
        WORKDIR /work
        ENTRYPOINT ["/usr/bin/flexsh"]
        ''').encode()


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    parts = generated()
    source_name, source = source_archive()
    files = [(source_name, source), binary_archive(*parts)]
    if shutil.which('dpkg-shlibdeps'):
        files.append(debian_package(*parts))
    else:
        print('there is no dpkg-shlibdeps (dpkg-dev), so no Debian package is made')
    files += [(f'flexsh-{VERSION}.spdx.json', spdx(files)), ('flexsh.rb', formula(source))]
    if SYSTEM == 'linux':
        files.append(('Dockerfile', dockerfile()))
    sums = ''.join(f'{hashlib.sha256(content).hexdigest()}  {name}\n'
                   for name, content in sorted(files))
    for name, content in files + [('SHA256SUMS', sums.encode())]:
        (OUT / name).write_bytes(content)
        print(f'{len(content):>10}  {OUT.name}/{name}')


main()
