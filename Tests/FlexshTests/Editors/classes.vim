" Writes one letter for each character of a script: what the syntax file makes of it.
" FLEXSH_RTP: the folder with the files; FLEXSH_FILE, FLEXSH_OUT: the script, and where to write.
set nocompatible encoding=utf-8
let &runtimepath = $FLEXSH_RTP . ',' . &runtimepath
filetype plugin on
syntax on
execute 'edit' fnameescape($FLEXSH_FILE)
let s:letters = {'flexshVerb': 'v', 'flexshKeyword': 'k', 'flexshNumber': 'n', 'flexshSID': 's',
      \ 'flexshReference': 'r', 'flexshInterpolation': 'r', 'flexshText': 't', 'flexshEscape': 't',
      \ 'flexshComment': 'c'}
let s:rows = ['filetype ' . &filetype . ', commentstring ' . &commentstring]
syntax sync fromstart
for s:line in range(1, line('$'))
  let s:text = getline(s:line)
  let s:row = ''
  for s:index in range(strchars(s:text))
    let s:name = synIDattr(synID(s:line, byteidx(s:text, s:index) + 1, 1), 'name')
    let s:row .= get(s:letters, s:name, '-')
  endfor
  call add(s:rows, s:row)
endfor
call writefile(s:rows, $FLEXSH_OUT)
quitall!
