import { accounts } from '@/lib/services/services'

const answer = async (request: Request) => (await accounts()).answer(request)

export { answer as GET, answer as POST }
