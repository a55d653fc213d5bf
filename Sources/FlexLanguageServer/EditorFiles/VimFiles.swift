/// The files for Vim and Neovim.
enum VimFiles {
  static let files: [EditorFiles.File] = [
    EditorFiles.File(path: "syntax/flexsh.vim", text: syntax),
    EditorFiles.File(path: "ftdetect/flexsh.vim", text: detection),
    EditorFiles.File(path: "ftplugin/flexsh.vim", text: settings),
  ]

  private static func choice(_ words: [String]) -> String {
    #"\%("# + words.joined(separator: #"\|"#) + #"\)"#
  }

  private static let segment = #"[A-Za-z_][A-Za-z0-9_]*"#

  private static let syntax = #"""
    " Vim syntax file
    " Language: scripts of flexsh
    " Made by `flexsh help editor vim` from the grammar of the language.

    if exists('b:current_syntax')
      finish
    endif

    syn iskeyword @,48-57,_,-
    syn case match

    syn match flexshKeyword /\<\#(choice(GrammarTables.words))\>/
    syn match flexshVerb /\%(\%(^\|[;{=]\)\s*\%(try\s\+\)\=\)\@<=\<\#(choice(GrammarTables.verbs))\>/
    syn match flexshNumber /\<\d\+\%(\.\d\+\)\=\#(choice(GrammarTables.units.map { $0.replacing("/", with: "\\/") }))\=\>/
    syn match flexshNumber /\<\d\+\%(\.\d\+\)\=[eE][+-]\=\d\+\>/
    syn match flexshSID /\<\#(choice(GrammarTables.prefixes))\x\{32}\>/
    syn match flexshReference /\$[a-z][A-Za-z0-9_]*\%(\.\%(\#(segment)\|"[^"]*"\|'[^']*'\)\)*/
    syn match flexshContinuation /\\$/
    syn match flexshComment /#.*$/ contains=@Spell
    syn match flexshEscape /\\\%(u{\x\{1,8}}\|u\x\{4}\|.\)/ contained
    syn match flexshInterpolation /\$[a-z][A-Za-z0-9_]*\%(\.\#(segment)\)*/ contained
    syn match flexshInterpolation /\${[a-z][A-Za-z0-9_]*\%(\.\%(\#(segment)\|'[^']*'\)\)*}/ contained
    syn region flexshText start=/"/ skip=/\\./ end=/"/ oneline contains=flexshEscape,flexshInterpolation,@Spell
    syn region flexshText start=/'/ end=/'/ oneline contains=@Spell
    syn region flexshBlock start=/{/ end=/}/ transparent fold

    syn sync minlines=200

    hi def link flexshVerb Statement
    hi def link flexshKeyword Keyword
    hi def link flexshNumber Number
    hi def link flexshSID Constant
    hi def link flexshReference Identifier
    hi def link flexshInterpolation Identifier
    hi def link flexshText String
    hi def link flexshEscape SpecialChar
    hi def link flexshContinuation Special
    hi def link flexshComment Comment

    let b:current_syntax = 'flexsh'

    """#

  private static let detection = #"""
    " Made by `flexsh help editor vim` from the grammar of the language.
    " lex and its successors name their files like this, too: the content decides.

    function! s:Detect() abort
      let l:number = 0
      for l:line in getline(1, 100)
        let l:number += 1
        if l:number == 1 && l:line =~# '^#!.*\<flexsh\>'
          setfiletype flexsh
          return
        endif
        if l:line =~# '^\s*\%(#.*\)\=$'
          continue
        endif
        if l:line =~# '^\s*\#(choice(GrammarTables.verbs))\%($\|[^A-Za-z0-9_-]\)'
          setfiletype flexsh
        endif
        return
      endfor
      " Nothing but comments, or nothing at all.
      setfiletype flexsh
    endfunction

    augroup flexsh_detection
      autocmd!
      autocmd BufNewFile,BufRead *.flex call s:Detect()
      autocmd BufNewFile,BufRead * if getline(1) =~# '^#!.*\<flexsh\>' | setfiletype flexsh | endif
    augroup END

    """#

  private static let settings = #"""
    " Made by `flexsh help editor vim` from the grammar of the language.

    if exists('b:did_ftplugin')
      finish
    endif
    let b:did_ftplugin = 1

    setlocal comments=:# commentstring=#\ %s
    setlocal expandtab shiftwidth=2 softtabstop=2
    setlocal formatoptions-=t formatoptions+=croql
    setlocal formatexpr=FlexshFormat()
    setlocal makeprg=flexsh\ check\ %:S
    setlocal errorformat=%Eerror[%*[^]]]:\ %m,%Wwarning[%*[^]]]:\ %m,%C\ \ -->\ %f:%l:%c,%C\ %.%#,%-G%.%#
    setlocal suffixesadd=.flex

    " Lays out lines with `gq`; those that cannot be read alone stay as they are.
    if !exists('*FlexshFormat')
      function FlexshFormat() abort
        if mode() =~# '[iR]'
          return 1
        endif
        let l:last = v:lnum + v:count - 1
        let l:lines = systemlist('flexsh fmt -', getline(v:lnum, l:last))
        if v:shell_error
          echohl WarningMsg | echo get(l:lines, 0, 'flexsh fmt has failed') | echohl None
          return 0
        endif
        call append(l:last, l:lines)
        silent execute v:lnum . ',' . l:last . 'delete _'
        return 0
      endfunction
    endif

    let b:undo_ftplugin = 'setlocal comments< commentstring< expandtab< shiftwidth< softtabstop<'
          \ . ' formatoptions< formatexpr< makeprg< errorformat< suffixesadd<'

    """#
}
