-- A session of Neovim with the language server: what it shows goes to FLEXSH_OUT as JSON.
local out = {}

local function finish()
  local file = io.open(vim.env.FLEXSH_OUT, 'w')
  file:write(vim.fn.json_encode(out))
  file:close()
  vim.cmd('qa!')
end

local ok, problem = pcall(function()
  vim.cmd('edit ' .. vim.env.FLEXSH_FILE)
  local client = vim.lsp.start_client({
    name = 'flexsh', cmd = { vim.env.FLEXSH_BINARY, 'lsp' }, root_dir = vim.fn.getcwd(),
  })
  vim.lsp.buf_attach_client(0, client)

  -- Waits until the diagnostics are as many as expected.
  local function diagnostics(count)
    vim.wait(60000, function() return #vim.diagnostic.get(0) == count end, 20)
    local found = {}
    for _, diagnostic in ipairs(vim.diagnostic.get(0)) do
      table.insert(found, string.format('%d:%d %s', diagnostic.lnum, diagnostic.col, diagnostic.code or
        diagnostic.user_data.lsp.code))
    end
    return found
  end

  local function request(method, params)
    local answers, failure = vim.lsp.buf_request_sync(0, method, params, 60000)
    if not answers then error(failure) end
    return answers[client].result or answers[client].err
  end

  local function at(line, column)
    vim.api.nvim_win_set_cursor(0, { line, column })
    return vim.lsp.util.make_position_params(0, 'utf-16')
  end

  local function lines() return vim.api.nvim_buf_get_lines(0, 0, -1, false) end

  out.diagnostics = diagnostics(1)
  -- The fix of the mistake.
  local action = vim.lsp.util.make_given_range_params({ 2, 0 }, { 2, 2 }, 0, 'utf-16')
  action.context = { diagnostics = {} }
  local actions = request('textDocument/codeAction', action)
  out.action = actions[1].title
  vim.lsp.util.apply_workspace_edit(actions[1].edit, 'utf-16')
  out.fixed = lines()
  out.none = diagnostics(0)
  -- Completion at the end of what is typed.
  vim.api.nvim_buf_set_lines(0, -1, -1, false, { 'echo "😀"; wra' })
  local labels = {}
  local place = at(#lines(), #'echo "😀"; wra')
  place.position.character = place.position.character + 1
  for _, item in ipairs(request('textDocument/completion', place).items) do
    table.insert(labels, item.label)
  end
  out.completion = labels
  vim.api.nvim_buf_set_lines(0, -2, -1, false, {})
  out.hover = request('textDocument/hover', at(2, 1)).contents.value
  -- A new name, wherever it is used.
  local rename = at(1, 6)
  rename.newName = 'talk'
  vim.lsp.util.apply_workspace_edit(request('textDocument/rename', rename), 'utf-16')
  out.renamed = lines()
  -- The layout.
  vim.api.nvim_buf_set_lines(0, -1, -1, false, { 'echo    1' })
  local edits = request('textDocument/formatting', { textDocument = { uri = vim.uri_from_bufnr(0) }, options = {} })
  vim.lsp.util.apply_text_edits(edits, 0, 'utf-16')
  out.formatted = lines()
  vim.lsp.stop_client(client)
end)
if not ok then out.problem = problem end
finish()
